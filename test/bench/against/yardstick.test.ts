import { expect, test } from 'vitest';
import { openYardstick } from '../../../src/bench/against/yardstick.ts';
import { fakePython } from './fakePython.ts';

test('openYardstick asks row by row and closes what it started', async () => {
  const python = fakePython(`
    say({ torch: '9.9', threads: Number(process.argv[4]) });
    lines.on('line', (line) => {
      const { row, repeats } = JSON.parse(line);
      say({ clock: Array(repeats).fill(row.length), processor: [Number(process.argv[4])] });
    });`);
  const yardstick = await openYardstick(python, 3);
  expect(yardstick.torch).toBe('9.9');
  expect(await yardstick.measure('four', 2)).toEqual({ clock: [4, 4], processor: [3] });
  expect(await yardstick.measure('seven77', 1)).toEqual({ clock: [7], processor: [3] });
  yardstick.close();
  await expect(yardstick.measure('after', 1)).rejects.toThrow('must be a Python with numpy and torch');
});

test.each([
  [
    'says why it ends',
    "console.error('Traceback\\nModuleNotFoundError: No module named torch'); process.exit(1);",
    /No module named torch/,
  ],
  ['ends without a word', 'process.exit(4);', /it ended with 4/],
])('openYardstick of a Python that %s is refused in one sentence', async (_, body, why) => {
  const refused = openYardstick(fakePython(body), 1);
  await expect(refused).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringMatching(
      /^against must be a Python with numpy and torch, .* -m pip install numpy torch$/,
    ),
  });
  await expect(refused).rejects.toThrow(why);
});

test('openYardstick of a program that is not there says so', async () => {
  await expect(openYardstick('/nowhere/python', 1)).rejects.toThrow(
    /\/nowhere\/python is not \(spawn .* ENOENT\)/,
  );
});

test('a yardstick that ends while it measures is refused with its last words', async () => {
  const yardstick = await openYardstick(
    fakePython(`
      say({ torch: '9.9' });
      lines.on('line', () => { console.error('out of memory'); process.exit(1); });`),
    1,
  );
  await expect(yardstick.measure('any', 1)).rejects.toThrow(/is not \(out of memory\)/);
});
