/**
 * Simulates studies without a difference between humans and model and counts what the tests reject at 5 % and what the
 * 95 % intervals cover; adds to calibration.json and prints its table. Before: the published analysis of variance, intervals
 * over participants, credible intervals. After: what the report leads with.
 *
 * Study number i of a design has a seed of its own, so that a run goes on where the last one ended:
 *
 *   npm run calibrate -- [studies of each design] [design;design…]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRandom, type Random } from '../../src/base/random.ts';
import { agreementOf } from '../analysis/byItem/agreement/agreementOf.ts';
import { type NullStudy, simulateAnswers } from '../analysis/byStage/simulateAnswers.ts';
import { countAgreement, populationAgreement } from './calibration/countAgreement.ts';
import { countConfusions, expectedConfusions } from './calibration/countConfusions.ts';
import { countHuge, withSameProportions } from './calibration/countHuge.ts';
import { countStages } from './calibration/countStages.ts';
import { countThresholds, type NoiseStudy } from './calibration/countThresholds.ts';
import { calibrationTable } from './calibration/table.ts';
import { type Count, counterOf, type Tally } from './calibration/tally.ts';

/** Draws a study and counts. */
type OneStudy = (random: Random, count: Count) => void;

const flat = [0, 0, 0, 0, 0, 0];
const falling = [2, 1.2, 0.4, -0.8, -2, -3];
const curves: Record<string, NullStudy> = {
  default: { listeners: 30, sources: 60, curve: flat, difficulty: 'shared' },
  'default, model has its own hard sounds': { listeners: 30, sources: 60, curve: flat, difficulty: 'own' },
  'few listeners and sources': { listeners: 12, sources: 24, curve: flat, difficulty: 'shared' },
  'many sources': { listeners: 30, sources: 240, curve: flat, difficulty: 'shared' },
  'falling curve': { listeners: 30, sources: 60, curve: falling, difficulty: 'shared' },
};
const noise: NoiseStudy = { listeners: 20, sources: 56, spreadDb: { listener: 1.5, source: 1.5 } };
/** Each has more listeners or answers than a mixed model takes. */
const huge: Record<string, NullStudy> = {
  'huge, 410 × 24': { listeners: 410, sources: 24, curve: falling, difficulty: 'shared' },
  'huge, 410 × 60': { listeners: 410, sources: 60, curve: falling, difficulty: 'shared' },
  'huge, 410 × 60, model has its own hard sounds': {
    ...{ listeners: 410, sources: 60, curve: falling },
    difficulty: 'own',
  },
  'huge, 410 × 240': { listeners: 410, sources: 240, curve: falling, difficulty: 'shared' },
  'huge, 60 × 1020': { listeners: 60, sources: 1020, curve: falling, difficulty: 'shared' },
};
const designs: Record<string, () => OneStudy> = {
  ...mapped(curves, (name, study) => [name, () => ofCurve(study)]),
  'thresholds in two conditions': () => (random, count) => countThresholds(noise, { random, count }),
  ...mapped(curves, (name, study) => [`confusions, ${name}`, () => ofConfusions(study)]),
  ...mapped(huge, (name, study) => [name, () => ofHuge(study)]),
};

const path = new URL('calibration.json', import.meta.url);
const wanted = Number(process.argv[2] ?? 400);
const chosen = process.argv[3]?.split(';') ?? Object.keys(designs);
const results: Record<string, { studies: number; tally: Tally }> = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : {};
for (const name of chosen) calibrate(name, designs[name]!);
process.stdout.write(calibrationTable(results));

function calibrate(name: string, design: () => OneStudy): void {
  const result = results[name] ?? { studies: 0, tally: {} };
  if (result.studies >= wanted) return;
  results[name] = result;
  const count = counterOf(result.tally);
  const oneStudy = design();
  for (; result.studies < wanted; result.studies++) {
    oneStudy(createRandom(13, name, result.studies), count);
    if (result.studies % 10 === 9) save(result.studies + 1, result);
  }
  save(wanted, result);
}

function ofCurve(study: NullStudy): OneStudy {
  const truth = populationAgreement(study);
  return (random, count) => {
    const answers = simulateAnswers(study, random);
    countStages(answers, study, count);
    countAgreement(agreementOf(answers, random), truth, { random, count });
  };
}

function ofConfusions(study: NullStudy): OneStudy {
  const truth = expectedConfusions(study);
  return (random, count) => {
    const answers = agreementOf(simulateAnswers(study, random), random);
    countConfusions(answers, truth, { random, count });
  };
}

function ofHuge(study: NullStudy): OneStudy {
  const alike = withSameProportions(study);
  return (random, count) => countHuge(simulateAnswers(alike, random), count);
}

function mapped<Value>(
  from: Record<string, NullStudy>,
  entry: (name: string, study: NullStudy) => [string, Value],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(from).map(([name, study]) => entry(name, study)));
}

function save(studies: number, result: { studies: number; tally: Tally }): void {
  const entries = Object.entries(results).map(([name, own]) => [
    name,
    own === result ? { ...own, studies } : own,
  ]);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
}
