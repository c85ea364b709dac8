import { dirname } from 'node:path';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { naturalExcerpts } from '../../corpus/excerpts/naturalExcerpts.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { nullDistribution } from '../../synthesis/null/makeNull.ts';
import { nullDistributionText } from '../../synthesis/null/nullDistribution.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { durationFlag } from '../flags/durationFlag.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { readFlaggedSound, soundFlags, soundsBelow } from '../flags/soundFlags.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** `metamer null`: how well random pairs of sounds match at every stage. */
export const nullCommand: Command = {
  flags: [
    modelFlag,
    { flag: '--sounds <folder>', help: 'natural sounds, searched at any depth' },
    {
      flag: '--corpus <folder>',
      help: 'instead of --sounds: excerpts of a training corpus, half words, half music',
    },
    {
      flag: '--excerpts <n>',
      help: 'how many of --corpus',
      default: 1415,
      parse: numberFlag('--excerpts', { min: 2, integer: true }),
    },
    {
      flag: '--pairs <n>',
      help: 'pairs; 1,415 sounds have a million',
      default: 1_000_000,
      parse: numberFlag('--pairs', counting),
    },
    {
      flag: '--out <file>',
      help: 'receives maxima, quantiles and histograms of Spearman, Pearson and SNR by stage, JSON',
      required: true,
    },
    seedFlag('seed of the choice among more pairs than wanted'),
    earFlag,
    durationFlag,
    ...soundFlags,
    ...engineFlags,
    { flag: '--overwrite', help: 'replace an existing file' },
    { flag: '--json', help: 'print the maxima as JSON' },
  ],
  examples: [
    'metamer null --model branched-small --sounds clips --out null.json',
    'metamer null --model my-model --corpus corpus --out null.json',
  ],
  run: runNull,
};

async function runNull(_: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  refuseToOverwrite(out, Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']), {
    ...earOption(flags),
    durationSeconds: flags['durationSeconds'] as number | undefined,
  });
  const sounds = await naturalSounds(model, flags);
  const progress = countProgress();
  const { seconds: _seconds, ...made } = await nullDistribution(model, sounds.waveforms, {
    ...(sounds.names ? { names: sounds.names } : {}),
    ...engineOptions(flags),
    pairs: flags['pairs'] as number,
    seed: flags['seed'] as number,
    scratchFolder: dirname(out),
    onProgress: (what, done, total) =>
      progress.update(done, total, what === 'activations' ? 'sounds heard' : 'stages compared'),
  });
  progress.stop();
  const { pairs, stages } = made;
  writeFileAtomic(out, nullDistributionText(made));
  const maxima = Object.entries(stages).map(([stage, { spearman, pearson, snrDb }]) => ({
    stage,
    spearman: spearman.max,
    pearson: pearson.max,
    snrDb: snrDb.max,
  }));
  const rows = maxima.map(({ stage, spearman, pearson, snrDb }) => [
    stage,
    spearman.toFixed(3),
    pearson.toFixed(3),
    snrDb.toFixed(2),
  ]);
  const about = `${pairs} pairs of ${made.sounds} sounds; largest values:\n`;
  const heads = ['stage', 'Spearman', 'Pearson', 'SNR dB'];
  printResult(flags, { pairs, maxima }, () => about + table(heads, rows, [1, 2, 3]));
  return 0;
}

async function naturalSounds(
  model: AuditoryModel,
  flags: Flags,
): Promise<{ waveforms: Float32Array[]; names?: string[] }> {
  const { corpus, sounds } = flags;
  if ((corpus === undefined) === (sounds === undefined))
    throw new InputError('null needs --sounds or --corpus, one of the two; give a folder of sounds');
  if (corpus !== undefined)
    return {
      waveforms: await naturalExcerpts(String(corpus), model, {
        count: flags['excerpts'] as number,
        seed: flags['seed'] as number,
      }),
    };
  const paths = soundsBelow(String(sounds));
  const waveforms: Float32Array[] = [];
  for (const path of paths) waveforms.push((await readFlaggedSound(path, flags, { model })).samples);
  return { waveforms, names: paths };
}
