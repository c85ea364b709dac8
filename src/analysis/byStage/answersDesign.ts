import { ones } from '../../statistics/estimates/resample.ts';
import { crossedLevels, type MixedDesign, type RandomIntercept } from '../../statistics/mixed/design.ts';
import type { CurveAnswers } from './curveAnswers.ts';

/**
 * Random intercepts of humans and a model.
 *
 * @returns Those that the answers can tell; those of the observers' own only where there is a model.
 */
export function randomTerms({ listener, source, level, observer }: CurveAnswers): RandomIntercept[] {
  const humansAlone = observer.map((code) => (code === 0 ? 0 : -1));
  const isPair = observer.includes(1);
  const term = (name: string, ...codes: Int32Array[]) => ({ name, ...crossedLevels(codes) });
  const terms = [
    term('listener', listener),
    term('source', source),
    ...(isPair ? [term('source × observer', source, observer)] : []),
    term('source × stage', source, level),
    ...(isPair ? [term('source × stage, humans alone', source, level, humansAlone)] : []),
  ];
  return terms.filter(({ levelOfRow }) => {
    const ofHumans = levelOfRow.filter((code, row) => code >= 0 && observer[row] === 0);
    return ofHumans.length >= leastAnswersPerLevel * new Set(ofHumans).size;
  });
}

/**
 * Answers of humans that a random effect's levels need on average. An effect of single answers is the answers' own noise, and the
 * Laplace approximation lets its variance run away.
 */
export const leastAnswersPerLevel = 2;

/**
 * A mixed model's design of single answers.
 *
 * @param answers - Right or wrong, one a row.
 * @param random - Random intercepts.
 * @param fixed - Fixed effects.
 */
export function designOf(
  { right }: Pick<CurveAnswers, 'right'>,
  random: RandomIntercept[],
  fixed: MixedDesign['fixed'],
): MixedDesign {
  return { successes: right, trials: ones(right.length), fixed, random };
}

/**
 * Denominator degrees of freedom: sources × stages within sources for the interaction, sources between them for observer and
 * stage.
 *
 * What stages differ by is held against sounds whose variance is estimated from two or three answers each, which is worth
 * less than (sources − 1)(stages − 1): with as many, the test of stage rejected 7.7 % of 1,200 simulated studies of 12
 * listeners and 24 sources without an effect, with sources − 1 4.0 %; the interaction 4.1 % with as many.
 *
 * @param answers - How many sources and levels there are.
 */
export function denominators({ sources, levels }: Pick<CurveAnswers, 'sources' | 'levels'>): {
  within: number;
  between: number;
} {
  return { within: (sources - 1) * (levels.length - 1), between: sources - 1 };
}
