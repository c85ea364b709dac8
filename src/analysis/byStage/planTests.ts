import { crossedLevels, factorialEffects, type MixedDesign } from '../../statistics/mixed/design.ts';
import { fitMixedModel, startFrom } from '../../statistics/mixed/fit.ts';
import { likelihoodRatio } from '../../statistics/mixed/observerTests.ts';
import type { CurveAnswers } from './curveAnswers.ts';
import { proportionTests, randomTerms } from './mixedInference.ts';

/** What a plan counts of a test. */
export interface PlannedTest {
  effect: string;
  p: number;
}

/**
 * The report's tests of humans and the model that made the metamers.
 *
 * @param answers - Answers of both.
 * @returns `observer` and `observer × stage`.
 */
export function humansWithModel(answers: CurveAnswers): PlannedTest[] {
  return proportionTests(answers, randomTerms(answers)).filter(({ effect }) => effect.startsWith('observer'));
}

/**
 * The report's test of humans over stages.
 *
 * @param answers - Answers of humans.
 * @returns `stage (humans)`.
 */
export function humansByStage(answers: CurveAnswers): PlannedTest[] {
  const random = randomTerms(answers);
  const stage = factorialEffects({ levels: answers.levels, levelOfRow: answers.level });
  const none = factorialEffects({ levels: [''], levelOfRow: new Int32Array(answers.right.length) });
  const steps = answers.levels.length - 1;
  const df = { own: steps, denominator: (answers.sources - 1) * steps };
  return [nested('stage (humans)', [designOf(answers, random, stage), designOf(answers, random, none)], df)];
}

/**
 * Humans on two models' metamers of the same sources.
 *
 * @param first - Answers to one model's metamers.
 * @param second - Answers of the same listeners to the other's, at as many stages.
 * @returns `metamer model (humans)` and `stage × metamer model (humans)`.
 */
export function metamerModels(first: CurveAnswers, second: CurveAnswers): PlannedTest[] {
  const both = (key: 'listener' | 'source' | 'level') => Int32Array.of(...first[key], ...second[key]);
  const [listener, source, level] = [both('listener'), both('source'), both('level')];
  const model = Int32Array.from(level, (_, i) => Number(i >= first.level.length));
  const right = Float64Array.of(...first.right, ...second.right);
  const term = (name: string, ...codes: Int32Array[]) => ({ name, ...crossedLevels(codes) });
  const random = [term('listener', listener), term('source', source)];
  const sounds = term('sound', source, level, model);
  if (right.length >= 2 * sounds.levels) random.push(sounds);
  const stage = { levels: first.levels, levelOfRow: level };
  const models = { levels: ['first', 'second'], levelOfRow: model };
  const design = (fixed: MixedDesign['fixed']) => designOf({ right }, random, fixed);
  const additive = design(factorialEffects(stage, { ...models, interaction: false }));
  const full = design(factorialEffects(stage, { ...models, interaction: true }));
  const steps = first.levels.length - 1;
  const between = first.sources - 1;
  return [
    nested('metamer model (humans)', [additive, design(factorialEffects(stage))], {
      own: 1,
      denominator: between,
    }),
    nested('stage × metamer model (humans)', [full, additive], { own: steps, denominator: between * steps }),
  ];
}

function designOf(
  { right }: Pick<CurveAnswers, 'right'>,
  random: MixedDesign['random'],
  fixed: MixedDesign['fixed'],
): MixedDesign {
  return { successes: right, trials: new Float64Array(right.length).fill(1), fixed, random };
}

function nested(
  effect: string,
  [larger, smaller]: readonly [MixedDesign, MixedDesign],
  df: { own: number; denominator: number },
): PlannedTest {
  const fit = fitMixedModel(larger, { tolerance: 1e-6 });
  const reduced = fitMixedModel(smaller, {
    tolerance: 1e-6,
    start: startFrom(fit, smaller.fixed.names),
  });
  return likelihoodRatio(effect, [fit, reduced], df);
}
