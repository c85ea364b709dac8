import { randomTerms } from '../../../src/analysis/byStage/answersDesign.ts';
import type { CurveAnswers } from '../../../src/analysis/byStage/curveAnswers.ts';
import { mixedInference, proportionTests } from '../../../src/analysis/byStage/mixedInference.ts';
import { levelProportions, observerDifferences } from '../../../src/analysis/byStage/stageClaims.ts';
import { analyzeVariance } from '../../../src/statistics/anova/anova.ts';
import { mean, standardDeviation } from '../../../src/statistics/estimates/descriptive.ts';
import { tQuantile } from '../../../src/statistics/special/distributions.ts';
import { meanProportion, type NullStudy, spread } from '../../analysis/byStage/simulateAnswers.ts';
import { type Count, holds } from './tally.ts';

/** Counts what the tests of stages reject and what the intervals of proportions cover, before and after. */
export function countStages(answers: CurveAnswers, study: NullStudy, count: Count): void {
  countRejections(answers, study, count);
  countCoverage(answers, study, count);
}

function countRejections(answers: CurveAnswers, { curve }: NullStudy, count: Count): void {
  const isFlat = new Set(curve).size === 1;
  for (const { effect, p } of proportionTests(answers, randomTerms(answers)))
    if (effect !== 'stage' || isFlat) count(`after, rejects: ${effect}`, p < 0.05);
  if (isFlat) {
    const [stage] = mixedInference(humansAlone(answers), 'human').tests;
    count('after, rejects: stage (humans alone)', stage!.p < 0.05);
  }
  const { human, model, units } = byParticipant(answers);
  const table = analyzeVariance({
    withinFactors: [{ name: 'stage', levels: answers.levels }],
    between: {
      name: 'observer',
      levels: ['human', 'model'],
      groupOfUnit: Int32Array.from({ length: 2 * units }, (_, unit) => Number(unit >= units)),
    },
    units: Array.from({ length: 2 * units }, (_, unit) => String(unit)),
    values: Float64Array.from([...human, ...model].flat()),
  });
  count('before, rejects: observer × stage', table['between:within']!.pGreenhouseGeisser < 0.05);
  count('before, rejects: observer', table['between']!.p < 0.05);
}

function humansAlone(answers: CurveAnswers): CurveAnswers {
  const own = [...answers.right.keys()].filter((i) => answers.observer[i] === 0);
  const codes = (key: 'listener' | 'source' | 'level' | 'observer') =>
    Int32Array.from(own, (i) => answers[key][i]!);
  return {
    ...answers,
    listener: codes('listener'),
    source: codes('source'),
    level: codes('level'),
    observer: codes('observer'),
    right: Float64Array.from(own, (i) => answers.right[i]!),
  };
}

function countCoverage(answers: CurveAnswers, { curve }: NullStudy, count: Count): void {
  const sounds = Math.hypot(spread.source, spread.sound);
  const truth = {
    human: curve.map((logit) => meanProportion(logit, Math.hypot(sounds, spread.listener))),
    model: curve.map((logit) => meanProportion(logit, sounds)),
  };
  const old = byParticipant(answers);
  (['human', 'model'] as const).forEach((name, code) => {
    levelProportions(answers, { code, name }, 0.5).forEach(({ interval }, k) => {
      count(`after, covers: ${name} mean`, holds(interval, truth[name][k]!));
      const own = old[name].map((unit) => unit[k]!);
      const half = (tQuantile(0.975, own.length - 1) * standardDeviation(own)) / Math.sqrt(own.length);
      count(
        `before, covers: ${name} mean`,
        holds({ low: mean(own) - half, high: mean(own) + half }, truth[name][k]!),
      );
    });
  });
  observerDifferences(answers, 'model', 0.1).forEach(({ interval }, k) => {
    count('after, covers: human − model', holds(interval, truth.human[k]! - truth.model[k]!));
  });
}

/** Proportions of each participant and of the model on that participant's trials, as published; by unit and stage. */
function byParticipant(answers: CurveAnswers) {
  const stages = answers.levels.length;
  const modelAnswer = new Map<number, number>();
  answers.right.forEach((value, i) => {
    if (answers.observer[i] === 1) modelAnswer.set(answers.source[i]! * stages + answers.level[i]!, value);
  });
  const table = () => Array.from({ length: answers.listeners }, () => new Array<number>(stages).fill(0));
  const [human, model, trials] = [table(), table(), table()];
  answers.right.forEach((value, i) => {
    if (answers.observer[i] === 1) return;
    const [unit, k] = [answers.listener[i]!, answers.level[i]!];
    human[unit]![k]! += value;
    model[unit]![k]! += modelAnswer.get(answers.source[i]! * stages + k)!;
    trials[unit]![k]! += 1;
  });
  const shares = (sums: number[][]) => sums.map((own, unit) => own.map((sum, k) => sum / trials[unit]![k]!));
  return { human: shares(human), model: shares(model), units: answers.listeners };
}
