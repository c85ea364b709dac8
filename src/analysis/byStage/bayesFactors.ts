import { cellEffects, testSameProportions } from '../../statistics/mixed/observerTests.ts';
import { designOf, randomTerms } from './answersDesign.ts';
import type { CurveAnswers } from './curveAnswers.ts';
import { isTooLarge } from './mixedInference.ts';

/**
 * Bayes factors for "no difference" between humans and the model, level by level, from mixed models of that level's
 * answers and their BIC, with the sources as the sample's size.
 *
 * @param answers - Answers of both.
 * @returns BF₀₁ of each level: above 1 the answers speak for no difference; NaN where no model converged.
 * @see Wagenmakers (2007), Psychon. Bull. Rev. 14, 779–804.
 */
export function bayesFactorsOfNoDifference(answers: CurveAnswers): number[] {
  if (isTooLarge(answers)) return answers.levels.map(() => Number.NaN);
  return answers.levels.map((name, level) => {
    const kept = [...answers.right.keys()].filter((i) => answers.level[i] === level);
    const codes = (column: Int32Array) => Int32Array.from(kept, (i) => column[i]!);
    const own: CurveAnswers = {
      ...answers,
      levels: [name],
      listener: codes(answers.listener),
      source: codes(answers.source),
      level: new Int32Array(kept.length),
      observer: codes(answers.observer),
      right: Float64Array.from(kept, (i) => answers.right[i]!),
    };
    const sources = new Set(own.source.filter((_, i) => own.observer[i] === 1)).size;
    if (own.observer.every((code) => code === own.observer[0])) return Number.NaN;
    const random = randomTerms(own).filter(({ name: term }) => !term.startsWith('source × stage'));
    const design = { ...designOf(own, random, cellEffects([name], own.level, own.observer)), levels: [name] };
    const { statistic, converged } = testSameProportions(design, Math.max(1, sources - 1));
    return converged ? Math.sqrt(sources) * Math.exp(-statistic / 2) : Number.NaN;
  });
}
