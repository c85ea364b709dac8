import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFinished, saveFinished } from '../../src/experiments/finishedStages.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('what was found at a stage is read again, whatever its name; the first result stays', () => {
  const folder = join(temporaryFolder(), 'finished');
  expect(readFinished(folder).size).toBe(0);
  saveFinished(folder, 'conv4.word', { value: 1 });
  saveFinished(folder, 'a/b c', [2]);
  saveFinished(folder, 'a/b c', [3]);
  expect(readFinished(folder)).toEqual(
    new Map<string, unknown>([
      ['conv4.word', { value: 1 }],
      ['a/b c', [2]],
    ]),
  );
});

test('a damaged file is named, with what to do about it', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'conv1.json'), '{');
  expect(() => readFinished(folder)).toThrow(
    /^.*conv1\.json must be what was found at a stage, it is not JSON \(.*\); remove it, so that the stage is computed anew$/,
  );
});
