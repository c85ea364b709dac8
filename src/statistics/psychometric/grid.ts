import {
  type LevelCounts,
  logLikelihood,
  logPrior,
  type Prior,
  type PsychometricParameters,
  sigmoid,
} from './likelihood.ts';

/** Axes of a grid over the free parameters. */
export interface GridAxes {
  threshold: Float64Array;
  width: Float64Array;
  lapse: Float64Array;
  overdispersion: Float64Array;
}

/** Posterior on a grid: its best point and each parameter's marginal distribution. */
export interface GridPosterior {
  best: PsychometricParameters;
  axes: GridAxes;
  /** Probability at each point of each axis; each sums to 1. */
  marginals: GridAxes;
}

/** What the posterior is of. */
export interface PosteriorInput {
  counts: readonly LevelCounts[];
  guess: number;
  prior: Prior;
}

/**
 * Evaluates the posterior on a grid.
 *
 * @param input - Counts, guess rate, prior.
 * @param axes - The grid's axes.
 * @returns Best point and marginals.
 */
export function gridPosterior(input: PosteriorInput, axes: GridAxes): GridPosterior {
  const logs = logPosteriorOnGrid(input, axes);
  let top = 0;
  for (let i = 1; i < logs.length; i++) if (logs[i]! > logs[top]!) top = i;
  const marginals: GridAxes = {
    threshold: new Float64Array(axes.threshold.length),
    width: new Float64Array(axes.width.length),
    lapse: new Float64Array(axes.lapse.length),
    overdispersion: new Float64Array(axes.overdispersion.length),
  };
  const peak = logs[top]!;
  let total = 0;
  for (let i = 0; i < logs.length; i++) {
    const density = Math.exp(logs[i]! - peak);
    if (density === 0) continue;
    const at = placeOf(i, axes);
    const mass = density * cellSize(at, axes);
    total += mass;
    for (const name of axisNames) marginals[name][at[name]]! += mass;
  }
  for (const name of axisNames) for (let i = 0; i < marginals[name].length; i++) marginals[name][i]! /= total;
  const at = placeOf(top, axes);
  return {
    best: {
      threshold: axes.threshold[at.threshold]!,
      width: axes.width[at.width]!,
      lapse: axes.lapse[at.lapse]!,
      overdispersion: axes.overdispersion[at.overdispersion]!,
      guess: input.guess,
    },
    axes,
    marginals,
  };
}

const axisNames = ['threshold', 'width', 'lapse', 'overdispersion'] as const;

function placeOf(index: number, axes: GridAxes): Record<(typeof axisNames)[number], number> {
  const overdispersion = index % axes.overdispersion.length;
  let rest = Math.floor(index / axes.overdispersion.length);
  const lapse = rest % axes.lapse.length;
  rest = Math.floor(rest / axes.lapse.length);
  const width = rest % axes.width.length;
  return { threshold: Math.floor(rest / axes.width.length), width, lapse, overdispersion };
}

/** Trapezoidal rule: a point at the end of an axis stands for half a cell. */
function cellSize(at: ReturnType<typeof placeOf>, axes: GridAxes): number {
  let size = 1;
  for (const name of axisNames) if (at[name] === 0 || at[name] === axes[name].length - 1) size /= 2;
  return size;
}

function logPosteriorOnGrid({ counts, guess, prior }: PosteriorInput, axes: GridAxes): Float64Array {
  const size = axisNames.reduce((product, name) => product * axes[name].length, 1);
  const logs = new Float64Array(size);
  let index = 0;
  // Every term is ≤ 0, so a point that falls e⁻⁴⁰ below the best so far can be left at no mass.
  let best = Number.NEGATIVE_INFINITY;
  for (const threshold of axes.threshold)
    for (const width of axes.width) {
      const values = counts.map(({ x }) => sigmoid(x, threshold, width));
      for (const lapse of axes.lapse)
        for (const overdispersion of axes.overdispersion) {
          let log = logPrior({ threshold, width, lapse, guess, overdispersion }, prior);
          for (let i = 0; i < counts.length && log > best - 40; i++)
            log += logLikelihood(counts[i]!, guess + (1 - guess - lapse) * values[i]!, overdispersion);
          logs[index++] = log > best - 40 ? log : Number.NEGATIVE_INFINITY;
          if (log > best) best = log;
        }
    }
  return logs;
}

/**
 * The grid over the prior's support.
 *
 * @param prior - Range and spacing of the levels.
 * @param points - Points of the threshold and width axes; the other two get 0.4 times as many.
 * @returns Axes.
 */
export function supportAxes(prior: Prior, points: number): GridAxes {
  const range = prior.highest - prior.lowest;
  const widest = Math.max(range, 2 * prior.spacing);
  return {
    threshold: linear(prior.lowest - range / 2, prior.highest + range / 2, points),
    width: linear(prior.spacing, 3 * widest, points),
    lapse: linear(0, 0.5, Math.ceil(0.4 * points)),
    overdispersion: linear(0, 0.6, Math.ceil(0.4 * points)),
  };
}

/**
 * The grid over where the mass is: each axis shrinks to the points whose marginal reaches 1e-5 of its peak, one
 * spacing wider on either side.
 *
 * @param posterior - Posterior on a coarser grid.
 * @param points - Points of the threshold and width axes.
 * @returns Axes.
 */
export function refinedAxes({ axes, marginals }: GridPosterior, points: number): GridAxes {
  const refine = (name: (typeof axisNames)[number], count: number) => {
    const [axis, marginal] = [axes[name], marginals[name]];
    const peak = Math.max(...marginal);
    const first = marginal.findIndex((mass) => mass >= 1e-5 * peak);
    const last = marginal.findLastIndex((mass) => mass >= 1e-5 * peak);
    return linear(axis[Math.max(0, first - 1)]!, axis[Math.min(axis.length - 1, last + 1)]!, count);
  };
  return {
    threshold: refine('threshold', points),
    width: refine('width', points),
    lapse: refine('lapse', Math.ceil(0.4 * points)),
    overdispersion: refine('overdispersion', Math.ceil(0.4 * points)),
  };
}

function linear(start: number, end: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => start + ((end - start) * i) / (count - 1));
}
