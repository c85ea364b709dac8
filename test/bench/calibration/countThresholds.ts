import type { NoiseAnswers, NoiseCurveAnswers } from '../../../src/analysis/inNoise/noiseAnswers.ts';
import { noiseCounts } from '../../../src/analysis/inNoise/noiseAnswers.ts';
import { compareThresholds } from '../../../src/analysis/inNoise/thresholds.ts';
import type { Random } from '../../../src/base/random.ts';
import { fitPsychometric } from '../../../src/statistics/psychometric/fit.ts';
import { normalCdf } from '../../../src/statistics/special/normal.ts';
import { type Count, holds } from './tally.ts';

/** A study in noise: two backgrounds at seven ratios; each listener hears each source once, the model all of it. */
export interface NoiseStudy {
  listeners: number;
  sources: number;
  /** Standard deviations of listeners' and of sources' thresholds, dB. */
  spreadDb: { listener: number; source: number };
}

const snrsDb = [-9, -6, -3, 0, 3, 6, 9];
const thresholdsDb = { babble: -1, music: 1.5 };
const guess = 0.02;
const lapse = 0.03;
const deviationDb = 2.4;
const resamples = 300;

/** Counts what the intervals of thresholds and of their differences cover, where no observer differs from another. */
export function countThresholds(
  study: NoiseStudy,
  { random, count }: { random: Random; count: Count },
): void {
  const answers = simulateNoise(study, random);
  const fitted = answers.curves.map((curve) => ({ curve, fit: fitPsychometric(noiseCounts(curve), guess) }));
  const { intervals, differences, withinPeople } = compareThresholds(answers, fitted, { random, resamples });
  const truth = ({ background }: { background: string }) =>
    thresholdsDb[background as keyof typeof thresholdsDb];
  fitted.forEach(({ curve, fit }, k) => {
    const who = `threshold, ${curve.observer}`;
    count(`before, covers: ${who}`, holds(fit.intervals.threshold, truth(curve)));
    count(`after, covers: ${who}`, holds(intervals[k]!.threshold, truth(curve)));
  });
  for (const { first, second, interval, p } of differences) {
    const isWithinPeople = second.observer === 'human';
    const what = isWithinPeople ? 'two conditions' : 'human − model';
    count(`after, covers: threshold, ${what}`, holds(interval, truth(first) - truth(second)));
    if (!isWithinPeople) count('after, rejects: threshold, human − model', p < 0.05);
  }
  const variance = study.spreadDb.listener ** 2;
  for (const { varianceInterval, excessInterval } of withinPeople) {
    count('after, covers: threshold, variance of people', holds(varianceInterval, variance));
    count('after, covers: threshold, model − people', holds(excessInterval, -variance));
  }
}

function simulateNoise({ listeners, sources, spreadDb }: NoiseStudy, random: Random): NoiseAnswers {
  const normal = (count: number, sd: number) => Array.from({ length: count }, () => sd * random.normal());
  const ofListener = normal(listeners, spreadDb.listener);
  const ofSource = normal(sources, spreadDb.source);
  const draw = (snrDb: number, threshold: number) =>
    Number(random.uniform() < guess + (1 - guess - lapse) * normalCdf((snrDb - threshold) / deviationDb));
  const conditions = 2 * snrsDb.length;
  const curves = Object.entries(thresholdsDb).flatMap(([background, threshold], b) => {
    const cell = (listener: number, source: number, level: number) => ({
      ...{ listener, source, level },
      right: draw(snrsDb[level]!, threshold + (ofListener[listener] ?? 0) + ofSource[source]!),
    });
    const human = ofListener.flatMap((_, listener) =>
      ofSource.flatMap((_difficulty, source) => {
        const condition = (source + listener) % conditions;
        return condition % 2 === b ? [cell(listener, source, Math.floor(condition / 2))] : [];
      }),
    );
    const model = ofSource.flatMap((_, source) => snrsDb.map((_snr, level) => cell(-1, source, level)));
    return [curveOf(background, 'human', human), curveOf(background, 'model', model)];
  });
  return { task: 'word', listeners, sources, curves };
}

function curveOf(
  background: string,
  observer: string,
  rows: readonly { listener: number; source: number; level: number; right: number }[],
): NoiseCurveAnswers {
  const column = (key: 'listener' | 'source' | 'level') => Int32Array.from(rows, (row) => row[key]);
  return {
    ...{ background, observer, snrsDb },
    listener: column('listener'),
    source: column('source'),
    level: column('level'),
    right: Uint8Array.from(rows, ({ right }) => right),
  };
}
