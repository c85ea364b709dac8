import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropFinishedStages, finishedStages } from '../../src/experiments/finishedStages.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('what was found at a stage is read again, whatever its name; the first result stays', () => {
  const out = temporaryFolder();
  const fixed = ['settings', new Float32Array([1, 2])];
  const kept = finishedStages(out, fixed);
  expect(kept.found.size).toBe(0);
  kept.save('conv4.word', { value: 1 });
  kept.save('a/b c', [2]);
  kept.save('a/b c', [3]);
  expect(finishedStages(out, fixed).found).toEqual(
    new Map<string, unknown>([
      ['conv4.word', { value: 1 }],
      ['a/b c', [2]],
    ]),
  );
});

test('what was found with other settings or data is not taken for one’s own; all goes with the result', () => {
  const out = temporaryFolder();
  finishedStages(out, ['settings', new Float32Array([1, 2])]).save('conv1', 1);
  expect(finishedStages(out, ['others', new Float32Array([1, 2])]).found.size).toBe(0);
  expect(finishedStages(out, ['settings', new Float32Array([1, 3])]).found.size).toBe(0);
  dropFinishedStages(out);
  expect(readdirSync(out)).toEqual([]);
});

test('a damaged file is named, with what to do about it', () => {
  const out = temporaryFolder();
  finishedStages(out, ['settings']).save('conv1', 1);
  const [folder] = readdirSync(join(out, 'finished'));
  writeFileSync(join(out, 'finished', folder!, 'conv1.json'), '{');
  expect(() => finishedStages(out, ['settings'])).toThrow(
    /^.*conv1\.json must be what was found at a stage, it is not JSON \(.*\); remove it, so that the stage is computed anew$/,
  );
});
