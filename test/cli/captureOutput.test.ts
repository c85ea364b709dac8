import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { captureOutput } from './captureOutput.ts';

test('captureOutput keeps calls apart that print at the same time, and a late one out of the next', async () => {
  const speak = (word: string, steps: number) => async () => {
    for (let step = 0; step < steps; step++) {
      await pause(1);
      process.stdout.write(word);
      process.stderr.write(Buffer.from(word.toUpperCase()));
    }
    return word;
  };
  const abandoned = captureOutput(speak('late ', 20));
  const [first, second] = await Promise.all([captureOutput(speak('a', 3)), captureOutput(speak('b', 5))]);
  expect(first).toEqual({ result: 'a', stdout: 'aaa', stderr: 'AAA' });
  expect(second).toEqual({ result: 'b', stdout: 'bbbbb', stderr: 'BBBBB' });
  expect((await abandoned).stdout).toBe('late '.repeat(20));
});
