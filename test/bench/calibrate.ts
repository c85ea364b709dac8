/**
 * Simulates studies without a difference between humans and model and counts what the tests reject at 5 % and what the
 * 95 % intervals cover; writes calibration.json. Before: the published analysis of variance and intervals over
 * participants. After: what the report leads with.
 *
 *   npm run calibrate -- [simulations] [design,design…]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { CurveAnswers } from '../../src/analysis/byStage/curveAnswers.ts';
import { proportionTests, randomTerms } from '../../src/analysis/byStage/mixedInference.ts';
import { levelProportions, observerDifferences } from '../../src/analysis/byStage/stageClaims.ts';
import { createRandom } from '../../src/base/random.ts';
import { analyzeVariance } from '../../src/statistics/anova/anova.ts';
import { mean, standardDeviation } from '../../src/statistics/estimates/descriptive.ts';
import { tQuantile } from '../../src/statistics/special/distributions.ts';
import {
  meanProportion,
  type NullStudy,
  simulateAnswers,
  spread,
} from '../analysis/byStage/simulateAnswers.ts';

const flat = [0, 0, 0, 0, 0, 0];
const designs: Record<string, NullStudy> = {
  default: { listeners: 30, sources: 60, curve: flat, difficulty: 'shared' },
  'default, model has its own hard sounds': { listeners: 30, sources: 60, curve: flat, difficulty: 'own' },
  'few listeners and sources': { listeners: 12, sources: 24, curve: flat, difficulty: 'shared' },
  'many sources': { listeners: 30, sources: 240, curve: flat, difficulty: 'shared' },
  'falling curve': {
    listeners: 30,
    sources: 60,
    curve: [2, 1.2, 0.4, -0.8, -2, -3],
    difficulty: 'shared',
  },
};

const path = new URL('calibration.json', import.meta.url);
const simulations = Number(process.argv[2] ?? 1000);
const chosen = process.argv[3]?.split(';') ?? Object.keys(designs);
const results = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {};
for (const name of chosen) {
  results[name] = calibrate(designs[name]!);
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  process.stdout.write(`${name}: ${JSON.stringify(results[name])}\n`);
}

function calibrate(study: NullStudy) {
  const random = createRandom(13);
  const counts = new Map<string, { hits: number; tries: number }>();
  const count = (what: string, hit: boolean) => {
    const own = counts.get(what) ?? { hits: 0, tries: 0 };
    counts.set(what, { hits: own.hits + Number(hit), tries: own.tries + 1 });
  };
  for (let i = 0; i < simulations; i++) {
    const answers = simulateAnswers(study, random);
    countRejections(answers, study, count);
    countCoverage(answers, study, count);
  }
  const shares = Object.fromEntries(
    [...counts].map(([what, { hits, tries }]) => [what, Number((hits / tries).toFixed(4))]),
  );
  return { simulations, standardErrorAt5Percent: Math.sqrt((0.05 * 0.95) / simulations), ...shares };
}

type Count = (what: string, hit: boolean) => void;

function countRejections(answers: CurveAnswers, { curve }: NullStudy, count: Count): void {
  for (const { effect, p } of proportionTests(answers, randomTerms(answers)))
    if (effect !== 'stage' || new Set(curve).size === 1) count(`after, rejects: ${effect}`, p < 0.05);
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

function countCoverage(answers: CurveAnswers, { curve }: NullStudy, count: Count): void {
  const sounds = Math.hypot(spread.source, spread.sound);
  const truth = {
    human: curve.map((logit) => meanProportion(logit, Math.hypot(sounds, spread.listener))),
    model: curve.map((logit) => meanProportion(logit, sounds)),
  };
  const within = (value: number, { low, high }: { low: number; high: number }) =>
    low <= value && value <= high;
  const old = byParticipant(answers);
  (['human', 'model'] as const).forEach((name, code) => {
    levelProportions(answers, { code, name }, 0.5).forEach(({ interval }, k) => {
      count(`after, covers: ${name} mean`, within(truth[name][k]!, interval));
      const own = old[name].map((unit) => unit[k]!);
      const half = (tQuantile(0.975, own.length - 1) * standardDeviation(own)) / Math.sqrt(own.length);
      const narrow = { low: mean(own) - half, high: mean(own) + half };
      count(`before, covers: ${name} mean`, within(truth[name][k]!, narrow));
    });
  });
  observerDifferences(answers, 'model', 0.1).forEach(({ interval }, k) => {
    count('after, covers: human − model', within(truth.human[k]! - truth.model[k]!, interval));
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
