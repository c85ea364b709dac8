import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepHearing, readHeard, writeHeard } from '../../../src/training/evaluation/heardFile.ts';
import type { HeardExcerpt } from '../../../src/training/evaluation/hearExcerpts.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const path = join(temporaryFolder(), 'heard.json');
const excerpt: HeardExcerpt = {
  ...{ task: 'word', target: 'yes', response: 'no', probability: 0.6, targetProbability: 0.3, rank: 1 },
  ...{ background: 'babble of 8', snrDb: -3, entryId: 'a', source: 'clips', group: 'anna' },
};

test('readHeard gives what writeHeard kept of the same model and options, and nothing of others', () => {
  const key = { modelHash: 'a', seed: 1 };
  expect(readHeard(path, key)).toBeUndefined();
  writeHeard(path, key, [excerpt]);
  expect(readHeard(path, key)).toEqual([excerpt]);
  expect(readHeard(path, { ...key, seed: 2 })).toBeUndefined();
  writeFileSync(path, '{"heard": []}');
  expect(() => readHeard(path, key)).toThrow('remove it to let the model hear again');
});

test('keepHearing writes what is heard first at once, and loses nothing of before when it is stopped early', () => {
  const key = { modelHash: 'kept' };
  const kept = join(temporaryFolder(), 'heard.json');
  keepHearing(kept, key).onHeard!([excerpt]);
  expect(readHeard(kept, key)).toEqual([excerpt]);
  const again = keepHearing(kept, key);
  expect(again.finished).toEqual([excerpt]);
  again.save();
  expect(readHeard(kept, key)).toEqual([excerpt]);
  again.onHeard!([excerpt, excerpt]);
  expect(readHeard(kept, key)).toHaveLength(1);
  again.save();
  expect(readHeard(kept, key)).toHaveLength(2);
});
