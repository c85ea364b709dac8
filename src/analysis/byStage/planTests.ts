import { crossedLevels, factorialEffects, type MixedDesign } from '../../statistics/mixed/design.ts';
import {
  fitMixedModel,
  type MixedFit,
  type Search,
  startFrom,
  warmStart,
} from '../../statistics/mixed/fit.ts';
import { likelihoodRatio, type Searches } from '../../statistics/mixed/observerTests.ts';
import { denominators, designOf, leastAnswersPerLevel, randomTerms } from './answersDesign.ts';
import type { CurveAnswers } from './curveAnswers.ts';
import { observerTests } from './mixedInference.ts';

/** What a plan counts of a test. */
export interface PlannedTest {
  effect: string;
  p: number;
}

/** Tests of one simulated study, and where the searches of their models ended: like studies may begin there. */
export interface PlannedTests {
  tests: PlannedTest[];
  searches: Searches;
}

/** Far below what a p value shows, and half the time of the report's searches; at 1e-3 one in 700 stopped 0.2 short. */
const tolerance = 1e-4;

/**
 * The report's tests of humans and the model that made the metamers.
 *
 * @param answers - Answers of both.
 * @param warm - Ends of the searches in a like study.
 * @returns `observer × stage` and `observer`.
 */
export function humansWithModel(answers: CurveAnswers, warm?: Searches): PlannedTests {
  const effects = ['observer × stage', 'observer'];
  return observerTests(answers, randomTerms(answers), { effects, tolerance, ...(warm ? { warm } : {}) });
}

/**
 * The report's test of humans over stages.
 *
 * @param answers - Answers of humans.
 * @param warm - Ends of the searches in a like study.
 * @returns `stage (humans)`.
 */
export function humansByStage(answers: CurveAnswers, warm?: Searches): PlannedTests {
  const random = randomTerms(answers);
  const stage = factorialEffects({ levels: answers.levels, levelOfRow: answers.level });
  const none = factorialEffects({ levels: [''], levelOfRow: new Int32Array(answers.right.length) });
  const steps = answers.levels.length - 1;
  const df = { own: steps, denominator: denominators(answers).between };
  const fits = chainOfFits([designOf(answers, random, stage), designOf(answers, random, none)], {
    name: 'humans',
    warm,
  });
  const [free, flat] = fits.fits;
  return { tests: [likelihoodRatio('stage (humans)', [free!, flat!], df)], searches: fits.searches };
}

/**
 * Humans on two models' metamers of the same sources.
 *
 * @param first - Answers to one model's metamers.
 * @param second - Answers of the same listeners to the other's, at as many stages.
 * @param warm - Ends of the searches in a like study.
 * @returns `metamer model (humans)` and `stage × metamer model (humans)`.
 */
export function metamerModels(first: CurveAnswers, second: CurveAnswers, warm?: Searches): PlannedTests {
  const both = (key: 'listener' | 'source' | 'level') => Int32Array.from([...first[key], ...second[key]]);
  const [listener, source, level] = [both('listener'), both('source'), both('level')];
  const model = Int32Array.from(level, (_, i) => Number(i >= first.level.length));
  const right = Float64Array.from([...first.right, ...second.right]);
  const term = (name: string, ...codes: Int32Array[]) => ({ name, ...crossedLevels(codes) });
  const random = [term('listener', listener), term('source', source)];
  const sounds = term('sound', source, level, model);
  if (right.length >= leastAnswersPerLevel * sounds.levels) random.push(sounds);
  const stage = { levels: first.levels, levelOfRow: level };
  const models = { levels: ['first', 'second'], levelOfRow: model };
  const design = (fixed: MixedDesign['fixed']) => designOf({ right }, random, fixed);
  const additive = design(factorialEffects(stage, { ...models, interaction: false }));
  const full = design(factorialEffects(stage, { ...models, interaction: true }));
  const steps = first.levels.length - 1;
  const { within, between } = denominators(first);
  const { fits, searches } = chainOfFits([full, additive, design(factorialEffects(stage))], {
    name: 'metamer models',
    warm,
  });
  const [free, parallel, same] = fits as [MixedFit, MixedFit, MixedFit];
  return {
    tests: [
      likelihoodRatio('metamer model (humans)', [parallel, same], { own: 1, denominator: between }),
      likelihoodRatio('stage × metamer model (humans)', [free, parallel], {
        own: steps,
        denominator: within,
      }),
    ],
    searches,
  };
}

/** Fits models from the largest to the smallest, each from the end of the one before. */
function chainOfFits(
  designs: readonly MixedDesign[],
  { name, warm }: { name: string; warm: Searches | undefined },
): { fits: MixedFit[]; searches: Searches } {
  const fits: MixedFit[] = [];
  const searches: Record<string, Search> = {};
  for (const [k, design] of designs.entries()) {
    const known = warm?.[`${name} ${k}`];
    const larger = fits.at(-1);
    const start = larger ? { start: startFrom(larger, design.fixed.names) } : {};
    const fit = fitMixedModel(design, { tolerance, ...warmStart(design, known), ...start });
    searches[`${name} ${k}`] = fit.search;
    fits.push(fit);
  }
  return { fits, searches };
}
