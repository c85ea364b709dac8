import { availableParallelism } from 'node:os';
import { amplitudeOf, rms } from '../../../../stimuli/level.ts';
import { InputError } from '../../../base/inputError.ts';
import { createRandom } from '../../../base/random.ts';
import { type ComputingOptions, defaultDevice, defaultEngine } from '../../../engine/engine.ts';
import { type AuditoryModel, checkStages } from '../../../model/auditoryModel.ts';
import { type Band, bandFilter, checkBand, heardBand } from '../../band.ts';
import { type LocalMetric, localMetric } from '../localMetric.ts';
import { norm, unitLength } from '../vectors.ts';
import type { ChangeAtLevel, Distortion, EigenRecord } from './eigenRecord.ts';
import { type EigenEnd, type EigenEstimate, eigenEnds, extremeEigenvector } from './extremeEigenvector.ts';

/** How changes are looked for. */
export interface SearchOptions extends ComputingOptions {
  /** Band of the changes, Hz; default: the range of the ear. Outside of it there are changes that no stage hears. */
  band?: Partial<Band>;
  /** Levels of the changes, dB re the sound; default −60, −50, −40, −30. */
  levelsDb?: readonly number[];
  /** Of ‖Fv − λv‖, over λ; default 0.001. */
  tolerance?: number;
  /** Most steps for each end, of two products with the metric; default 500. */
  iterations?: number;
  /** Of the noise that iterations begin with; default 1. */
  seed?: number;
}

/** How eigendistortions are looked for. */
export interface EigenOptions extends SearchOptions {
  stage: string;
}

/** Ends of the spectrum that were reached, and one on the way. */
export interface EigenProgress {
  done: Partial<Record<EigenEnd, EigenEstimate>>;
  current?: { end: EigenEnd; estimate: EigenEstimate };
}

/** Eigendistortions of a sound. */
export interface Eigendistortions extends Pick<EigenRecord, 'distortions' | 'noise' | 'thresholdRatioDb'> {
  /** Of each end, and of the noise: unit length, shape [samples]. */
  directions: Record<EigenEnd | 'noise', Float32Array>;
}

/**
 * Finds the changes of a sound that a stage notices most and least: the extreme eigenvectors of its local metric, among
 * the changes within a band.
 *
 * @param waveform - The sound, shape [model.samples].
 * @param options - Stage, band, levels; `from` goes on where an earlier call stood, `onStep` is told of each step.
 * @throws InputError for a stage, band or level that cannot be; what `onStep` throws.
 * @see Berardino, Ballé, Laparra & Simoncelli (2017), NIPS 30.
 */
export async function eigendistortions(
  model: AuditoryModel,
  waveform: Float32Array,
  options: EigenOptions & { from?: EigenProgress; onStep?: (progress: EigenProgress) => void },
): Promise<Eigendistortions> {
  const settled = settledEigen(model, options);
  const noise = noiseDirection(model, settled);
  const { stage, band, computing } = settled;
  const metric = await localMetric(model, { stage, waveform, band }, computing);
  try {
    const { largest, smallest } = await extremes(metric.product, noise, {
      ...settled,
      ...(options.from ? { from: options.from } : {}),
      ...(options.onStep ? { onStep: options.onStep } : {}),
    });
    const directions = { largest: largest.vector, smallest: smallest.vector, noise };
    const told = (direction: Float32Array) => distortionOf(metric, { waveform, direction, ...settled });
    const found = async ({ vector, iterations, residual, isConverged }: EigenEstimate) => ({
      ...(await told(vector)),
      ...{ iterations, residual, isConverged },
    });
    const distortions = { largest: await found(largest), smallest: await found(smallest) };
    const ratio = distortions.largest.eigenvalue / distortions.smallest.eigenvalue;
    return {
      ...{ directions, distortions, noise: await told(noise) },
      thresholdRatioDb: Number.isFinite(ratio) ? 10 * Math.log10(ratio) : null,
    };
  } finally {
    await metric.release();
  }
}

/** Both ends, the largest first: the smallest needs it. */
async function extremes(
  multiply: (vector: Float32Array) => Promise<Float32Array>,
  noise: Float32Array,
  options: ReturnType<typeof settledEigen> & {
    from?: EigenProgress;
    onStep?: (progress: EigenProgress) => void;
  },
): Promise<Record<EigenEnd, EigenEstimate>> {
  const { from, onStep, tolerance, iterations } = options;
  const done: EigenProgress['done'] = { ...from?.done };
  for (const end of eigenEnds) {
    if (done[end]) continue;
    const before = from?.current?.end === end ? from.current.estimate : undefined;
    done[end] = await extremeEigenvector(multiply, before ?? noise, {
      ...{ end, tolerance, iterations },
      ...(end === 'smallest' ? { largest: done.largest!.value } : {}),
      onStep: (estimate) => onStep?.({ done: { ...done }, current: { end, estimate } }),
    });
  }
  return done as Record<EigenEnd, EigenEstimate>;
}

/**
 * Noise of a band as a direction.
 *
 * @param options - The band, and the seed; `part`: tells several of one seed apart.
 * @returns Unit length, shape [model.samples].
 */
export function noiseDirection(
  { samples, sampleRateHz }: Pick<AuditoryModel, 'samples' | 'sampleRateHz'>,
  { band, seed, part = 'distort' }: { band: Band; seed: number; part?: string },
): Float32Array {
  const random = createRandom(seed, part);
  const inBand = bandFilter(band, samples, sampleRateHz);
  return unitLength(inBand(Float32Array.from({ length: samples }, () => random.normal())));
}

/** Defaults of what options leave open, checked. */
export function settledEigen(model: AuditoryModel, options: EigenOptions) {
  checkStages(model, [options.stage]);
  return { stage: options.stage, ...settledSearch(model, options) };
}

/** Defaults of what searches share, checked. */
export function settledSearch(
  model: Pick<AuditoryModel, 'cochleagram' | 'sampleRateHz'>,
  options: SearchOptions,
) {
  const { levelsDb = [-60, -50, -40, -30], tolerance = 1e-3, iterations = 500, seed = 1 } = options;
  const band = { ...heardBand(model), ...options.band };
  checkBand(band, model.sampleRateHz);
  const wrong = levelsDb.find((level) => !(level >= -120 && level <= 20));
  if (wrong !== undefined || levelsDb.length === 0)
    throw new InputError(
      `must be levels from -120 to 20 dB re the sound, got ${wrong ?? 'none'}; use -60,-50,-40,-30`,
      { option: 'levelsDb' },
    );
  return {
    ...{ band, levelsDb: [...new Set(levelsDb)], tolerance, iterations, seed },
    computing: {
      engine: options.engine ?? defaultEngine,
      device: options.device ?? defaultDevice,
      threads: options.threads ?? availableParallelism(),
    } as const,
  };
}

/**
 * A sound changed along a direction.
 *
 * @param waveform - The sound, shape [samples].
 * @param direction - Unit length, shape [samples].
 * @param levelDb - Of the change, dB re the sound.
 */
export function changedSound(waveform: Float32Array, direction: Float32Array, levelDb: number): Float32Array {
  const size = changeNorm(waveform, levelDb);
  return waveform.map((value, i) => value + size * direction[i]!);
}

/** Euclidean norm of a change at a level, linear amplitude. */
function changeNorm(waveform: Float32Array, levelDb: number): number {
  return amplitudeOf(levelDb) * rms(waveform) * Math.sqrt(waveform.length);
}

async function distortionOf(
  metric: LocalMetric,
  {
    waveform,
    direction,
    levelsDb,
  }: { waveform: Float32Array; direction: Float32Array; levelsDb: readonly number[] },
): Promise<Distortion> {
  const activations = await metric.respond(waveform);
  const [size, change] = [norm(activations), norm(await metric.slope(direction))];
  const levels: ChangeAtLevel[] = [];
  for (const levelDb of levelsDb) {
    const changed = await metric.respond(changedSound(waveform, direction, levelDb));
    levels.push({
      levelDb,
      measured: norm(changed.map((value, i) => value - activations[i]!)) / size,
      predicted: (change * changeNorm(waveform, levelDb)) / size,
    });
  }
  return { eigenvalue: change ** 2, levels };
}
