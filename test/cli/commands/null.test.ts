import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cochleagramParameters } from '../../../cochlea/parameters.ts';
import { nullCommand } from '../../../src/cli/commands/null.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyDescription, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const corpus = join(folder, 'corpus');

beforeAll(async () => {
  const cochleagram = cochleagramParameters({ ...tinyDescription.cochleagram, sampleRateHz: 20000 });
  writeTinyModel(folder, { cochleagram, samples: 10000 });
  await writeToneCorpus(corpus);
});

test('null --corpus takes half words, half pieces, each once', async () => {
  const out = join(folder, 'null.json');
  const flags = ['--model', folder, '--corpus', corpus, '--excerpts', '4', '--pairs', '6', '--out', out];
  await runCommand(nullCommand, flags);
  const made = JSON.parse(readFileSync(out, 'utf8'));
  expect([made.sounds, made.pairs]).toEqual([4, 6]);
  // Four different tones: no pair is the same sound.
  expect(made.stages.cochleagram.spearman.max).toBeLessThan(0.999);
});

test('null wants either sounds or a corpus, and one that is large enough', async () => {
  const out = join(folder, 'none.json');
  const flags = ['--model', folder, '--out', out];
  await expect(runCommand(nullCommand, flags)).rejects.toThrow('needs --sounds or --corpus, one of the two');
  await expect(runCommand(nullCommand, [...flags, '--corpus', corpus, '--excerpts', '1000'])).rejects.toThrow(
    /must hold ≥ 1000 words and pieces in its training split, it holds \d+; ask for fewer/,
  );
  expect(existsSync(out)).toBe(false);
});
