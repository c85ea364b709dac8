import { factorialEffects, type MixedDesign, type RandomIntercept } from '../../statistics/mixed/design.ts';
import { fitMixedModel, type MixedFit, startFrom } from '../../statistics/mixed/fit.ts';
import {
  cellEffects,
  type LikelihoodRatioTest,
  likelihoodRatio,
  type Searches,
  type TestOptions,
  testObservers,
} from '../../statistics/mixed/observerTests.ts';
import { denominators, designOf, randomTerms } from './answersDesign.ts';
import type { CurveAnswers } from './curveAnswers.ts';
import { waldInteraction } from './waldInteraction.ts';

/** What a mixed model of single answers says of humans, or of humans and a model. */
export interface MixedInference {
  /** The model; `human` where humans stand alone. */
  observer: string;
  levels: readonly string[];
  /** How the tests were made, for the headline. */
  method: string;
  /** On proportions correct, averaged over listeners and sounds. */
  tests: LikelihoodRatioTest[];
  /** The same on the logit scale, as R's lme4 makes them. */
  logitTests: LikelihoodRatioTest[];
  /** The free model in treatment coding; null where the answers are too many for one. */
  fit: MixedFit | null;
  notes: string[];
}

/** Listeners and answers up to which a mixed model is fitted in seconds. */
const most = { listeners: 400, answers: 60_000 };

/**
 * Whether a mixed model of the answers would take longer than anybody waits.
 *
 * @param answers - Of one curve.
 */
export function isTooLarge({ listeners, right }: Pick<CurveAnswers, 'listeners' | 'right'>): boolean {
  return listeners > most.listeners || right.length > most.answers;
}

/** Random terms in the order in which they are left out when a model does not converge. */
const fallbackOrder = [
  'source × stage, humans alone',
  'source × observer',
  'source × stage',
  'source',
] as const;

const proportionMethod =
  'logistic mixed model with crossed random effects of listeners and sounds, likelihood-ratio F test on proportions correct';

/**
 * Tests stage, observer and observer × stage so that they hold for new listeners and new sounds.
 *
 * Random intercepts: listeners (humans alone: a model is no sample of listeners), sources, sources for each observer, and
 * sounds (source × stage), shared by both observers or the humans' own: what is hard for people need not be hard for the
 * model. The model's answer to a sound counts once.
 *
 * @param observer - The model's name; `human` where humans stand alone.
 * @returns The tests; without any where the answers do not allow them, and notes why.
 */
export function mixedInference(answers: CurveAnswers, observer: string): MixedInference {
  const nothing: MixedInference = {
    observer,
    levels: answers.levels,
    method: 'none',
    tests: [],
    logitTests: [],
    fit: null,
    notes: [],
  };
  const lacking = whatLacks(answers);
  if (lacking) return { ...nothing, notes: [lacking] };
  if (isTooLarge(answers)) return waldOf(answers, nothing, 'The answers are too many for a mixed model');
  for (let left = 0; left <= fallbackOrder.length; left++) {
    const dropped: string[] = fallbackOrder.slice(0, left);
    const inference = fitted(answers, nothing, dropped);
    if (inference) return inference;
  }
  return waldOf(answers, nothing, 'No mixed model converged');
}

/**
 * Why answers cannot be tested for new listeners and new sounds.
 *
 * @param answers - How many levels, listeners and sources there are.
 * @returns A sentence; undefined where they can be tested.
 */
export function whatLacks({
  levels,
  listeners,
  sources,
}: Pick<CurveAnswers, 'levels' | 'listeners' | 'sources'>): string | undefined {
  if (levels.length < 2) return 'Not tested: one level only.';
  if (listeners < 2) return 'Not tested: one listener says nothing of others.';
  if (sources < 3) return 'Not tested: fewer than three sources say nothing of others.';
  return undefined;
}

function waldOf(answers: CurveAnswers, nothing: MixedInference, reason: string): MixedInference {
  return {
    ...nothing,
    method: 'F test on proportions correct, variance over listeners and sources (two-factor)',
    tests: waldInteraction(answers),
    notes: [`${reason}: tested by the variance of proportions over listeners and sources instead.`],
  };
}

/** Standard deviations beyond this, in logits, are no estimates. */
const endlessDeviation = 6;

/** The inference with some terms left out; undefined when a fit did not converge. */
function fitted(
  answers: CurveAnswers,
  nothing: MixedInference,
  dropped: readonly string[],
): MixedInference | undefined {
  const possible = randomTerms(answers);
  const random = possible.filter(({ name }) => !dropped.includes(name));
  const logit = logitTests(answers, random);
  const isPair = nothing.observer !== 'human';
  const tests = isPair ? proportionTests(answers, random, logit.fit) : logit.tests;
  const isSound = logit.fit.random.every(({ standardDeviation }) => standardDeviation < endlessDeviation);
  const converged = [logit.fit, ...tests, ...logit.tests].every((fit) => fit.converged);
  if (!isSound || !converged) return undefined;
  return {
    ...nothing,
    method: isPair
      ? proportionMethod
      : 'logistic mixed model with crossed random effects of listeners and sounds, likelihood-ratio F test',
    tests,
    logitTests: logit.tests,
    fit: logit.fit,
    notes: notesOf(
      logit.fit,
      dropped.filter((name) => possible.some((term) => term.name === name)),
    ),
  };
}

function notesOf({ singular, separated }: MixedFit, dropped: readonly string[]): string[] {
  return [
    ...(dropped.length > 0
      ? [
          `The mixed model did not converge, or let a variance run away, until these random effects were left out: ${dropped.join(', ')}.`,
        ]
      : []),
    ...(singular.length > 0
      ? [`Random effects estimated as zero (a singular fit, as without them): ${singular.join(', ')}.`]
      : []),
    ...(separated.length > 0
      ? [
          `All answers are right, or all wrong, where these effects run away: ${separated.join(', ')}. On the logit scale their estimates and the interaction mean little; the tests of proportions stand.`,
        ]
      : []),
  ];
}

/**
 * The tests on proportions alone.
 *
 * @param answers - Answers of humans and a model.
 * @param random - Random intercepts.
 * @param fit - The free model in treatment coding, if it has been fitted.
 * @returns Observer × stage, observer, stage, any difference.
 */
export function proportionTests(
  answers: CurveAnswers,
  random: RandomIntercept[],
  fit?: MixedFit,
): LikelihoodRatioTest[] {
  return observerTests(answers, random, fit ? { fit } : {}).tests;
}

/**
 * The same with where the searches ended.
 *
 * @param options - Which tests, how to fit; the free model in treatment coding, if it has been fitted.
 */
export function observerTests(
  answers: CurveAnswers,
  random: RandomIntercept[],
  { fit, ...options }: TestOptions & { fit?: MixedFit },
): { tests: LikelihoodRatioTest[]; searches: Searches } {
  const { levels, level, observer } = answers;
  const cells = cellEffects(levels, level, observer);
  const design = {
    ...designOf(answers, random, cells),
    levels,
    ...(fit ? { fitted: { fit, logits: cellLogits(fit, levels.length) } } : {}),
  };
  return testObservers(design, denominators(answers), options);
}

/** Logits of humans at each level, then of the model, from treatment-coded effects. */
function cellLogits({ fixed }: MixedFit, levels: number): number[] {
  const [intercept, ...effects] = fixed.map(({ estimate }) => estimate);
  const stage = [0, ...effects.slice(0, levels - 1)];
  const both = [0, ...effects.slice(levels)];
  return [
    ...stage.map((effect) => intercept! + effect),
    ...stage.map((effect, k) => intercept! + effect + effects[levels - 1]! + both[k]!),
  ];
}

/** Tests of nested models on the logit scale, and the largest of them with standard errors. */
function logitTests(
  answers: CurveAnswers,
  random: RandomIntercept[],
): { fit: MixedFit; tests: LikelihoodRatioTest[] } {
  const stage = {
    levels: answers.levels.map((name) => `stage ${name}`),
    levelOfRow: answers.level,
  };
  const observer = { levels: ['human', 'observer model'], levelOfRow: answers.observer };
  const fitOf = (fixed: MixedDesign['fixed'], larger?: MixedFit) =>
    fitMixedModel(designOf(answers, random, fixed), {
      ...(larger ? { start: startFrom(larger, fixed.names) } : { standardErrors: true }),
    });
  const { within, between } = denominators(answers);
  const steps = answers.levels.length - 1;
  if (!answers.observer.includes(1)) {
    const fit = fitOf(factorialEffects(stage));
    const flat = fitOf(
      factorialEffects({ levels: [''], levelOfRow: new Int32Array(answers.right.length) }),
      fit,
    );
    return { fit, tests: [likelihoodRatio('stage', [fit, flat], { own: steps, denominator: between })] };
  }
  const fit = fitOf(factorialEffects(stage, { ...observer, interaction: true }));
  const additive = fitOf(factorialEffects(stage, { ...observer, interaction: false }), fit);
  const stageAlone = fitOf(factorialEffects(stage), additive);
  const observerAlone = fitOf(factorialEffects(observer), additive);
  return {
    fit,
    tests: [
      likelihoodRatio('observer × stage', [fit, additive], { own: steps, denominator: within }),
      likelihoodRatio('observer', [additive, stageAlone], { own: 1, denominator: between }),
      likelihoodRatio('stage', [additive, observerAlone], { own: steps, denominator: between }),
    ],
  };
}
