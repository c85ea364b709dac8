import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../../src/base/packagePath.ts';
import { encodeFlac } from '../../stimuli/encodeFlac.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../analysis/simulateTrials.ts';

/**
 * The sounds, figures and trials of the guides, `docs/guides/media`:
 *
 *     npx tsx test/bench/guideMedia.ts [folder]
 *
 * The metamers are those of `metamer demo`; a folder that holds a demo is taken as it is. The pictures of the pages are
 * made by `pagePictures.ts`.
 */
const media = packagePath('docs/guides/media');
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'guide-media-'));
const demo = join(folder, 'demo');

metamer('demo', '--out', demo);
await sounds();
figures();
trials();
report();

function metamer(...words: string[]): void {
  const main = packagePath('dist/src/cli/main.js');
  const { status } = spawnSync(process.execPath, [main, ...words], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`metamer ${words.join(' ')} ended with ${status}`);
}

/** Original and metamers as FLAC of 16 bits, at the level at which they were made. */
async function sounds(): Promise<void> {
  for (const [sound, last] of [
    ['speech-no', 'top.word'],
    ['music-techno', 'top.music'],
  ] as const) {
    await saveSound(join(demo, sound, 'norm1', 'reference.wav'), sound);
    for (const stage of ['norm1', 'conv3', last])
      await saveSound(join(demo, sound, stage, 'metamer.wav'), `${sound}.${stage}`);
  }
}

async function saveSound(path: string, name: string): Promise<void> {
  const { samples, sampleRateHz } = await readSound(path, { rms: null, demean: false });
  const steps = Int16Array.from(samples, (value) =>
    Math.max(-32768, Math.min(32767, Math.round(32768 * value))),
  );
  writeFileSync(join(media, `${name}.flac`), await encodeFlac(steps, sampleRateHz));
}

function figures(): void {
  for (const stage of ['norm1', 'top.word'])
    copyFileSync(join(demo, 'speech-no', stage, 'figure.svg'), join(media, `speech-no.${stage}.svg`));
  metamer('cochleagram', 'speech-no', '--out', join(media, 'speech-no.svg'), '--overwrite');
}

/** Sixteen simulated listeners who lose late metamers, and a model that does not. */
function trials(): void {
  const stages = [
    { stage: 'cochleagram', human: 1.9, model: 2.4 },
    { stage: 'norm1', human: 1.7, model: 2.4 },
    { stage: 'conv3', human: 0.1, model: 2.4 },
    { stage: 'top.word', human: -2.6, model: 2.4 },
  ];
  const study = {
    ...{ ...smallStudy, participants: 16, sources: 60, answers: 60 },
    metamerModels: [{ name: 'branched-small', stages }],
  };
  writeFileSync(join(media, 'trials.csv'), trialsCsv(simulateTrials(study)));
}

function report(): void {
  metamer('analyze', join(media, 'trials.csv'), '--out', join(folder, 'report'), '--overwrite');
  const name = 'figure-recognition-word-branched-small.svg';
  copyFileSync(join(folder, 'report', 'figures', name), join(media, 'recognition.svg'));
}
