import { expect, test, vi } from 'vitest';
import { chooseDevice } from '../../../src/cli/terminal/chooseDevice.ts';

test('chooseDevice leaves a device that was named alone', async () => {
  expect(await chooseDevice({ device: 'webgpu' })).toBeUndefined();
  expect(await chooseDevice({})).toBeUndefined();
});

test('chooseDevice takes the processor for an engine without GPUs, and says so', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await chooseDevice({ device: 'auto', engine: 'tfjs' })).toBe('cpu');
  expect(written.mock.calls.flat().join('')).toMatch(/^device: cpu/);
  written.mockRestore();
});
