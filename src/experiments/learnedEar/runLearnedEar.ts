import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../base/definedValues.ts';
import { makeFolder, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import { loadCorpus } from '../../corpus/format/loadCorpus.ts';
import type { TrainingConfig } from '../../training/trainingConfig.ts';
import type { TrainingMetrics } from '../../training/trainingMetrics.ts';
import { earScale } from './earScale.ts';
import type { LearnedEarConfig } from './learnedEarConfig.ts';
import { learnedEarFigure } from './learnedEarFigure.ts';
import type { EarResult, LearnedEar } from './learnedEarRecord.ts';
import { type TrainEarOptions, trainEar } from './trainEar.ts';

/** How the trainings are watched and run. */
interface LearnedEarOptions extends Omit<TrainEarOptions, 'onMetrics'> {
  /** Receives what happens, a line each. */
  onEvent?: ((line: string) => void) | undefined;
  /** Hears of each training, and of how many are still to come. */
  onMetrics?: (metrics: TrainingMetrics, config: TrainingConfig, toCome: number) => void;
}

/** File names in an experiment's folder; each training is in `<condition>-<seed>`. */
export const learnedEarFiles = {
  config: 'config.json',
  result: 'learned-ear.json',
  figure: 'learned-ear.svg',
} as const;

/**
 * Trains networks on words and music with ears whose filters learn, and with ears that are held: do the tasks pull the
 * filters to where evolution has put them? The folder may hold a part of the trainings already.
 *
 * @param config - Checked configuration.
 * @param folder - Receives a training's folder for each condition and seed, `learned-ear.json` and `.svg`.
 * @param options - Progress, engine and threads.
 * @throws InputError when the folder holds an experiment of another configuration; the signal's reason when it is stopped.
 */
export async function runLearnedEar(
  config: LearnedEarConfig,
  folder: string,
  { onEvent, onMetrics, ...options }: LearnedEarOptions = {},
): Promise<LearnedEar> {
  claim(config, folder);
  const { words, genres, corpus: corpusFolder } = config.training;
  const corpus = await loadCorpus(corpusFolder, defined({ words, genres }));
  const planned = config.seeds.flatMap((seed) => config.conditions.map((condition) => ({ condition, seed })));
  const runs: EarResult[] = [];
  for (const run of planned) {
    const name = `${run.condition}-${run.seed}`;
    onEvent?.(`${runs.length + 1}/${planned.length} ${name}`);
    const toCome = planned.length - runs.length - 1;
    const trained = await trainEar(config, run, {
      ...{ ...options, corpus, folder: join(folder, name) },
      onMetrics: (metrics, training) => onMetrics?.(metrics, training, toCome),
    });
    const [startScale, endScale] = [earScale(trained.start, config.ear), earScale(trained.end, config.ear)];
    runs.push({ ...run, ...trained, startScale, endScale });
  }
  const result = { config, runs };
  writeJsonAtomic(join(folder, learnedEarFiles.result), result);
  writeFileAtomic(join(folder, learnedEarFiles.figure), learnedEarFigure(result));
  return result;
}

/** What is read of a stored configuration: what is fixed is compared as a text. */
const claimSchema = z.object({ training: z.unknown(), ear: z.unknown() });
const isOfEars = { what: 'the configuration of learned ears', remedy: 'use another folder' };

function claim(config: LearnedEarConfig, folder: string): void {
  const path = join(folder, learnedEarFiles.config);
  // More seeds and conditions may join; what is compared must be the same.
  const fixed = ({ training, ear }: z.output<typeof claimSchema>) => JSON.stringify({ training, ear });
  if (existsSync(path) && fixed(readJson(path, claimSchema, isOfEars)) !== fixed(config))
    throw new InputError(
      `${folder} holds learned ears of another configuration; use its own (${path}) or another folder`,
    );
  makeFolder(folder);
  writeJsonAtomic(path, config);
}
