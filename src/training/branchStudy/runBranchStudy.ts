import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../base/definedValues.ts';
import { makeFolder, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import { type LoadedCorpus, loadCorpus } from '../../corpus/format/loadCorpus.ts';
import type { DeviceName } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { publishedBranchPoint } from '../../network/presets.ts';
import { corpusClassifiers } from '../corpusClassifiers.ts';
import { readHeard, writeHeard } from '../evaluation/heardFile.ts';
import { type HeardExcerpt, hearExcerpts } from '../evaluation/hearExcerpts.ts';
import { branchStudyFigure } from '../figures/branchStudyFigure.ts';
import type { TrainingConfig } from '../trainingConfig.ts';
import type { TrainingMetrics } from '../trainingMetrics.ts';
import { trainModel } from '../trainModel.ts';
import type { BranchStudy } from './branchStudyRecord.ts';
import { compareBranchPoints, type StudyRun } from './compareBranchPoints.ts';
import type { BranchStudyConfig } from './studyConfig.ts';
import { verdictOf } from './verdict.ts';

/** How a study is watched and run. */
export interface BranchStudyOptions {
  threads?: number;
  device?: DeviceName;
  /** Ends the study after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
  /** Receives what happens, a line each. */
  onEvent?: (line: string) => void;
  /** Hears of each training, and of how many are still to come. */
  onMetrics?: (metrics: TrainingMetrics, config: TrainingConfig, toCome: number) => void;
  /** How many excerpts of the test split a trained network has heard. */
  onHeard?: (done: number, total: number, network: string) => void;
}

/** File names in a study's folder; runs are in `branch-<b>-seed-<s>`. */
export const branchStudyFiles = {
  config: 'config.json',
  result: 'branch-study.json',
  figure: 'branch-study.svg',
} as const;

/**
 * Trains a network at several branch points and compares accuracy with cost, as Kell et al. (2018), Fig. 1. The folder
 * may hold a part of the study already: finished trainings are skipped, an interrupted one goes on.
 *
 * @param config - Checked configuration.
 * @param folder - Receives a training's folder for each branch point and seed, `branch-study.json` and `.svg`.
 * @param options - Progress and threads.
 * @throws InputError when the folder holds a study of another configuration.
 */
export async function runBranchStudy(
  config: BranchStudyConfig,
  folder: string,
  options: BranchStudyOptions = {},
): Promise<BranchStudy> {
  claimStudy(config, folder);
  const { words, genres, corpus: corpusFolder } = config.training;
  const corpus = await loadCorpus(corpusFolder, {
    ...(words ? { words } : {}),
    ...(genres ? { genres } : {}),
  });
  const planned = config.seeds.flatMap((seed) =>
    config.branchPoints.map((branchPoint) => ({ branchPoint, seed })),
  );
  const done: (StudyRun & { model: AuditoryModel })[] = [];
  for (const { branchPoint, seed } of planned) {
    const name = `branch-${branchPoint}-seed-${seed}`;
    options.onEvent?.(`${done.length + 1}/${planned.length} ${name}`);
    const { onMetrics } = options;
    await trainModel({ ...config.training, name, branchPoint, seed }, join(folder, name), {
      ...{ corpus, signal: options.signal },
      ...computingOf(options),
      onMetrics: (metrics, training) => onMetrics?.(metrics, training, planned.length - done.length - 1),
    });
    const model = loadModel(join(folder, name));
    const heard = await hearOnce(model, corpus, { config, folder: join(folder, name), options });
    done.push({ branchPoint, seed, model, heard });
  }
  const study = summarized(config, done);
  writeJsonAtomic(join(folder, branchStudyFiles.result), study);
  writeFileAtomic(join(folder, branchStudyFiles.figure), branchStudyFigure(study));
  return study;
}

/** What must be the same for studies to be compared. */
const claimSchema = z.looseObject({ training: z.unknown(), evaluation: z.unknown() });

function claimStudy(config: BranchStudyConfig, folder: string): void {
  const path = join(folder, branchStudyFiles.config);
  // More branch points and seeds may join a study; what is compared must be the same.
  const fixed = ({ training, evaluation }: { training: unknown; evaluation: unknown }) =>
    JSON.stringify({ training, evaluation });
  const remedy = 'remove it, or use another folder';
  if (
    existsSync(path) &&
    fixed(readJson(path, claimSchema, { what: "a branch study's configuration", remedy })) !== fixed(config)
  )
    throw new InputError(
      `${folder} holds a branch study of another training or evaluation configuration; use its own (${path}) or another folder`,
    );
  makeFolder(folder);
  writeJsonAtomic(path, config);
}

const computingOf = ({ threads, device }: BranchStudyOptions) => defined({ threads, device });

/** What a model hears in the test split, kept in its folder for the next call. */
async function hearOnce(
  model: AuditoryModel,
  corpus: LoadedCorpus,
  { config, folder, options }: { config: BranchStudyConfig; folder: string; options: BranchStudyOptions },
): Promise<HeardExcerpt[]> {
  const path = join(folder, 'heard.json');
  const key = { modelHash: model.hash, ...config.evaluation };
  const known = readHeard(path, key);
  if (known) return known;
  const heard = await hearExcerpts(model, corpus, {
    ...{ ...config.evaluation, ...computingOf(options), split: 'test' },
    onProgress: (done, total) => {
      // What was heard is kept when it is whole.
      options.signal?.throwIfAborted();
      options.onHeard?.(done, total, model.name);
    },
  });
  writeHeard(path, key, heard);
  return heard;
}

function summarized(
  config: BranchStudyConfig,
  done: readonly (StudyRun & { model: AuditoryModel })[],
): BranchStudy {
  const { model, heard } = done[0]!;
  const tasks = corpusClassifiers(model)
    .map(({ task }) => task)
    .filter((task) => heard.some((excerpt) => excerpt.task === task));
  const compared = tasks.map(
    (task) => [task, compareBranchPoints(done, task, publishedBranchPoint)] as const,
  );
  return {
    config,
    costs: config.branchPoints.map((branchPoint) => {
      const { stages } = done.find((run) => run.branchPoint === branchPoint)!.model;
      return {
        branchPoint,
        parameters: stages.reduce((sum, stage) => sum + stage.parameters, 0),
        macs: stages.reduce((sum, stage) => sum + stage.macs, 0),
      };
    }),
    runs: done.map(({ branchPoint, seed, model }) => ({
      ...{ branchPoint, seed, modelHash: model.hash, steps: config.training.steps },
    })),
    excerpts: Object.fromEntries(
      tasks.map((task) => [task, heard.filter((excerpt) => excerpt.task === task).length]),
    ),
    tasks: Object.fromEntries(compared),
    verdict: compared.flatMap(([task, comparison]) => verdictOf(task, comparison, config.seeds.length)),
  };
}
