import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { hearingImpairment } from '../../../cochlea/impairment.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { InputError } from '../../base/inputError.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { readRunRecord, runFiles } from '../../records/runFolder.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { type Judgement, judgeMetamer } from '../judgeMetamer.ts';
import { findNull, type NullDistribution } from '../null/nullDistribution.ts';
import { readRunSounds } from './runSounds.ts';

/** How a run is judged anew. */
export interface VerifyOptions extends Pick<CompileOptions, 'engine' | 'device'> {
  /** Name or folder of the model; default: the one of its record. */
  model?: string | undefined;
  /**
   * File of a null distribution, or `none`; default: what the run was tested against, else the one beside the model's
   * weights.
   */
  null?: string | undefined;
}

/** A run judged anew. */
export interface Verification extends Judgement {
  run: string;
  model: string;
  stage: string;
  /** File of the null distribution it was tested against; null when there was none. */
  nullPath: string | null;
}

/**
 * Judges a run anew from its two WAV files alone, with the exact ear.
 *
 * @param run - The run's folder.
 * @param options - Model, null distribution, engine.
 * @throws InputError when the run is not finished, or was made with another model.
 */
export async function verifyRun(run: string, options: VerifyOptions = {}): Promise<Verification> {
  const { model: askedModel, null: askedNull, ...computing } = options;
  const record = finishedRecord(run);
  if (Object.keys(record.objective.weights).length === 0)
    throw new InputError(`${run} must be a metamer's run, it matches no stage; leave it out`);
  const { modelPath } = record;
  const nameOrFolder = askedModel ?? modelPath ?? record.model;
  if (askedModel === undefined && modelPath && !existsSync(modelPath))
    throw new InputError(
      `${run} was made with the model in ${modelPath}, which is not there; give the model's place`,
    );
  const model = await modelOf(run, nameOrFolder, record);
  if (model.hash !== record.modelHash)
    throw new InputError(
      `${run} was made with a model of hash ${record.modelHash.slice(0, 12)}…, ${model.name} has ${model.hash.slice(0, 12)}…; give the model's place`,
    );
  const nullDistribution =
    (askedNull === undefined ? nullOfRecord(record) : undefined) ??
    findNull(askedNull, { nameOrFolder, ...model });
  const judged = await judgeMetamer(model, await readRunSounds(run, model), {
    ...computing,
    stages: Object.keys(record.objective.weights),
    nullDistribution: nullDistribution ?? 'none',
    threads: record.threads,
  });
  const { passed, ...details } = judged;
  const { model: name, stage } = record;
  return { run, model: name, stage, passed, nullPath: nullDistribution?.path ?? null, ...details };
}

/** The model with the run's ear, for sounds of the run's length where that is not its own. */
async function modelOf(run: string, nameOrFolder: string, record: RunRecord): Promise<AuditoryModel> {
  const ear = record.ear === undefined ? undefined : hearingImpairment(record.ear, `${run}: ear`);
  const model = loadModel(nameOrFolder, { ear });
  if (model.hash === record.modelHash) return model;
  const { sampleRateHz } = model;
  const whole = { sampleRateHz, durationSeconds: null, rms: null, demean: false };
  const { samples } = await readSound(join(run, runFiles.reference), whole);
  if (samples.length === model.samples) return model;
  return loadModel(nameOrFolder, { ear, durationSeconds: samples.length / sampleRateHz });
}

/**
 * The record of a run that must be finished.
 *
 * @param run - The run's folder.
 * @throws InputError when it is not, saying whether it was interrupted, or that its runs lie below.
 */
export function finishedRecord(run: string): RunRecord {
  const record = readRunRecord(run);
  if (record) return record;
  const below = runsBelow(run);
  const absent = below === undefined ? 'give such a folder' : `its runs lie below, give ${below}`;
  const remedy = existsSync(join(run, runFiles.checkpoint))
    ? 'it was interrupted, run its command again'
    : absent;
  throw new InputError(`${run} must be the folder of a finished run with ${runFiles.record}; ${remedy}`);
}

/** A pattern for the runs below a folder that is none itself, a star for each level; undefined where there are none. */
function runsBelow(folder: string): string | undefined {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return undefined;
  const records = readdirSync(folder, { recursive: true }).map((path) => String(path).split(sep));
  const found = records.find((names) => names.at(-1) === runFiles.record);
  return found && join(folder, ...found.slice(1).map(() => '*'));
}

/** The null that a run was judged against, as far as its record keeps it. */
function nullOfRecord({ model, modelHash, criteria, nullPath }: RunRecord): NullDistribution | undefined {
  if (!criteria.nullMaxima) return undefined;
  const stages = Object.entries(criteria.nullMaxima).map(([stage, { spearman, pearson, snrDb }]) => [
    stage,
    { spearman: { max: spearman }, pearson: { max: pearson }, snrDb: { max: snrDb } },
  ]);
  return {
    ...{ model, modelHash, pairs: 0, stages: Object.fromEntries(stages) },
    ...(nullPath ? { path: nullPath } : {}),
  };
}
