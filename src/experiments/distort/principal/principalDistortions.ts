import { InputError } from '../../../base/inputError.ts';
import {
  changedSound,
  noiseDirection,
  type SearchOptions,
  settledSearch,
} from '../eigen/eigendistortions.ts';
import type { Products } from '../eigen/extremeEigenvector.ts';
import { type LocalMetric, localMetric } from '../localMetric.ts';
import { checkObservers, type Observer, observerNames } from '../observers.ts';
import { dot, mixed, norm } from '../vectors.ts';
import { type PrincipalEstimate, principalAscent } from './principalAscent.ts';
import { type PrincipalName, type PrincipalRecord, principalNames } from './principalRecord.ts';

/** How principal distortions are looked for. */
export interface PrincipalOptions extends SearchOptions {
  /**
   * Sensitivity that every observer has for every change, dB re its sensitivity to noise of the band, −80 to 0; default −30.
   * Without it an observer that is blind to a change would be infinitely far from all others.
   */
  floorDb?: number;
}

/** Principal distortions of a sound. */
export interface PrincipalDistortions
  extends Pick<PrincipalRecord, 'iterations' | 'isConverged' | 'spreadDb' | 'sensitivities' | 'distortions'> {
  /** Unit length, shape [samples]. */
  directions: Record<PrincipalName, Float32Array>;
}

/**
 * Finds the two changes of a sound that tell observers apart best: between them, the ratios of the observers' sensitivities
 * vary most.
 *
 * @param observers - Two or more, of sounds of one length and rate.
 * @param waveform - The sound, shape [samples].
 * @param options - Band, levels, floor; `from` goes on where an earlier call stood, `onStep` is told of each step.
 * @throws InputError for observers, bands or levels that cannot be; what `onStep` throws.
 * @see Feather, Lipshutz, Harvey, Williams & Simoncelli (2025), ICLR.
 */
export async function principalDistortions(
  observers: readonly Observer[],
  waveform: Float32Array,
  options: PrincipalOptions & {
    from?: PrincipalEstimate;
    onStep?: (estimate: PrincipalEstimate) => void;
  } = {},
): Promise<PrincipalDistortions> {
  const settled = settledPrincipal(observers, options);
  const { model } = observers[0]!;
  const noises = principalNames.map((part) => noiseDirection(model, { ...settled, part }));
  const metrics: LocalMetric[] = [];
  try {
    for (const { model: of, stage } of observers)
      metrics.push(await localMetric(of, { stage, waveform, band: settled.band }, settled.computing));
    const products: Products[] = [];
    for (const metric of metrics)
      products.push(
        await relativeProducts(metric.product, {
          ...{ noise: noises[0]!, floor: 10 ** (settled.floorDb / 10) },
        }),
      );
    const from = options.from ?? (noises as [Float32Array, Float32Array]);
    const found = await principalAscent(products, from, { ...settled, ...stepping(options) });
    const names = observerNames(observers);
    const distortions = await measured(metrics, found, { waveform, levelsDb: settled.levelsDb });
    return { ...toldOf(found, names), distortions };
  } finally {
    for (const metric of metrics) await metric.release();
  }
}

const stepping = ({ onStep }: { onStep?: (estimate: PrincipalEstimate) => void }) =>
  onStep ? { onStep } : {};

/** Defaults of what options leave open, checked. */
export function settledPrincipal(observers: readonly Observer[], options: PrincipalOptions) {
  checkObservers(observers);
  const { floorDb = -30 } = options;
  if (!(floorDb >= -80 && floorDb <= 0))
    throw new InputError(`must be from -80 to 0 dB re noise of the band, got ${floorDb}; use -30`, {
      option: 'floorDb',
    });
  return { ...settledSearch(observers[0]!.model, options), floorDb };
}

/** Products with F over its quotient for noise, and the floor. */
async function relativeProducts(
  multiply: Products,
  { noise, floor }: { noise: Float32Array; floor: number },
): Promise<Products> {
  const quotient = dot(noise, await multiply(noise));
  if (!(quotient > 0))
    throw new InputError(
      'each stage must notice noise of the band, one of them does not; choose another stage, sound or band',
    );
  return async (vector) => mixed([await multiply(vector), vector], [1 / quotient, floor]);
}

function toldOf(
  { directions, iterations, variance, isConverged }: PrincipalEstimate,
  names: readonly string[],
) {
  const decibels = (value: number) => 10 * Math.log10(value);
  const quotients = directions.map(({ vector, products }) => products.map((product) => dot(vector, product)));
  const sensitivities = names.map((observer, n) => {
    const [firstDb, secondDb] = quotients.map((of) => decibels(of[n]!)) as [number, number];
    return { observer, firstDb, secondDb, ratioDb: firstDb - secondDb };
  });
  return {
    ...{ iterations, isConverged, sensitivities },
    spreadDb: decibels(Math.exp(Math.sqrt(variance))),
    directions: { first: directions[0].vector, second: directions[1].vector },
  };
}

/** Change of each observer's activations, as a share of their norm, at each level. */
async function measured(
  metrics: readonly LocalMetric[],
  { directions }: PrincipalEstimate,
  { waveform, levelsDb }: { waveform: Float32Array; levelsDb: readonly number[] },
): Promise<PrincipalDistortions['distortions']> {
  const before: Float32Array[] = [];
  for (const metric of metrics) before.push(await metric.respond(waveform));
  const levelsOf = async (direction: Float32Array) => {
    const levels = [];
    for (const levelDb of levelsDb) {
      const changed = changedSound(waveform, direction, levelDb);
      const shares: number[] = [];
      for (const [n, metric] of metrics.entries())
        shares.push(norm(mixed([await metric.respond(changed), before[n]!], [1, -1])) / norm(before[n]!));
      levels.push({ levelDb, measured: shares });
    }
    return levels;
  };
  const [first, second] = directions;
  return {
    first: { residual: first.residual, levels: await levelsOf(first.vector) },
    second: { residual: second.residual, levels: await levelsOf(second.vector) },
  };
}
