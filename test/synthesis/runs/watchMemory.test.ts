import { expect, test, vi } from 'vitest';
import { watchMemory } from '../../../src/synthesis/runs/watchMemory.ts';

test('watchMemory() reports the largest sample of its own time, not of the life of the process', () => {
  const resident = vi.spyOn(process.memoryUsage, 'rss');
  const watch = (...mebibytes: number[]) => {
    for (const size of mebibytes) resident.mockReturnValueOnce(size * 2 ** 20);
    return watchMemory().stop();
  };
  expect(watch(300, 900)).toBe(900);
  expect(watch(400, 350)).toBe(400);
  resident.mockRestore();
});
