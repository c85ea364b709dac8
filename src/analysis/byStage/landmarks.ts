import type { Random } from '../../base/random.ts';
import { sortedQuantile } from '../../statistics/estimates/descriptive.ts';
import { drawnCounts, ones } from '../../statistics/estimates/resample.ts';
import type { CurveAnswers } from './curveAnswers.ts';

/** A stage at which the human curve passes a mark. */
export interface Landmark {
  /** `leaves natural`: from here on less than 90 % of what natural sounds give above chance; `reaches chance`: less than 10 %. */
  name: 'leaves natural' | 'reaches chance';
  /** Share of the natural sounds' advantage over chance below which the curve stays. */
  share: number;
  /** First such level; null where the curve does not stay below. */
  level: string | null;
  /** 95 %: first and last level in resamples of listeners and sources; null beyond the last stage. */
  earliest: string | null;
  latest: string | null;
  /** Share of resamples in which the curve passes the mark at all. */
  reached: number;
}

/**
 * Where human recognition leaves that of natural sounds, and where it reaches chance.
 *
 * @param answers - The answers; only humans' count.
 * @param chance - Chance level.
 * @param options - Generator and resamples of listeners and sources together, which is on the wide side.
 * @returns Both landmarks; none where the first level is not above chance.
 */
export function landmarks(
  answers: CurveAnswers,
  chance: number,
  options: { random: Random; resamples: number },
): Landmark[] {
  const size = {
    listeners: answers.listeners,
    sources: 1 + answers.source.reduce((a, b) => Math.max(a, b), -1),
  };
  const observed = curveOf(answers, ones(size.listeners), ones(size.sources));
  if (!(observed[0]! > chance)) return [];
  const draw = (length: number) => drawnCounts(length, options.random);
  const resampled = Array.from({ length: options.resamples }, () =>
    curveOf(answers, draw(size.listeners), draw(size.sources)),
  );
  const marks = [
    { name: 'leaves natural', share: 0.9 },
    { name: 'reaches chance', share: 0.1 },
  ] as const;
  return marks.map(({ name, share }) => {
    const places = Float64Array.from(resampled, (curve) => passing(curve, chance, share)).sort();
    const last = answers.levels.length;
    const levelAt = (place: number) => answers.levels[Math.round(place)] ?? null;
    return {
      name,
      share,
      level: levelAt(passing(observed, chance, share)),
      earliest: levelAt(Math.floor(sortedQuantile(places, 0.025))),
      latest: levelAt(Math.ceil(sortedQuantile(places, 0.975))),
      reached: places.filter((place) => place < last).length / places.length,
    };
  });
}

function curveOf(answers: CurveAnswers, listeners: Float64Array, sources: Float64Array): Float64Array {
  const right = new Float64Array(answers.levels.length);
  const all = new Float64Array(answers.levels.length);
  answers.right.forEach((value, i) => {
    if (answers.observer[i] !== 0) return;
    const weight = listeners[answers.listener[i]!]! * sources[answers.source[i]!]!;
    right[answers.level[i]!]! += weight * value;
    all[answers.level[i]!]! += weight;
  });
  return right.map((sum, k) => sum / all[k]!);
}

/** First level from which on the curve stays below a share of the first level's advantage over chance. */
function passing(curve: Float64Array, chance: number, share: number): number {
  const mark = chance + share * (curve[0]! - chance);
  let place = curve.length;
  while (place > 1 && curve[place - 1]! < mark) place -= 1;
  return place;
}
