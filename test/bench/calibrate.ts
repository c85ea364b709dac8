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
import { createRandom } from '../../src/base/random.ts';
import { agreementOf } from '../analysis/byItem/agreement/agreementOf.ts';
import { type NullStudy, simulateAnswers } from '../analysis/byStage/simulateAnswers.ts';
import { countAgreement, populationAgreement } from './calibration/countAgreement.ts';
import { countStages } from './calibration/countStages.ts';
import { countThresholds, type NoiseStudy } from './calibration/countThresholds.ts';
import { calibrationTable } from './calibration/table.ts';
import { counterOf, type Tally } from './calibration/tally.ts';

const flat = [0, 0, 0, 0, 0, 0];
const falling = [2, 1.2, 0.4, -0.8, -2, -3];
const designs: Record<string, NullStudy | NoiseStudy> = {
  default: { listeners: 30, sources: 60, curve: flat, difficulty: 'shared' },
  'default, model has its own hard sounds': { listeners: 30, sources: 60, curve: flat, difficulty: 'own' },
  'few listeners and sources': { listeners: 12, sources: 24, curve: flat, difficulty: 'shared' },
  'many sources': { listeners: 30, sources: 240, curve: flat, difficulty: 'shared' },
  'falling curve': { listeners: 30, sources: 60, curve: falling, difficulty: 'shared' },
  'thresholds in two conditions': {
    listeners: 20,
    sources: 56,
    spreadDb: { listener: 1.5, source: 1.5 },
  },
};

const path = new URL('calibration.json', import.meta.url);
const wanted = Number(process.argv[2] ?? 400);
const chosen = process.argv[3]?.split(';') ?? Object.keys(designs);
const results: Record<string, { studies: number; tally: Tally }> = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : {};
for (const name of chosen) calibrate(name, designs[name]!);
process.stdout.write(calibrationTable(results));

function calibrate(name: string, design: NullStudy | NoiseStudy): void {
  const result = results[name] ?? { studies: 0, tally: {} };
  if (result.studies >= wanted) return;
  results[name] = result;
  const count = counterOf(result.tally);
  const truth = 'curve' in design ? populationAgreement(design) : [];
  for (; result.studies < wanted; result.studies++) {
    const random = createRandom(13, name, result.studies);
    if ('curve' in design) {
      const answers = simulateAnswers(design, random);
      countStages(answers, design, count);
      countAgreement(agreementOf(answers, random), truth, { random, count });
    } else countThresholds(design, { random, count });
    if (result.studies % 10 === 9) save(result.studies + 1, result);
  }
  save(wanted, result);
}

function save(studies: number, result: { studies: number; tally: Tally }): void {
  const entries = Object.entries(results).map(([name, own]) => [
    name,
    own === result ? { ...own, studies } : own,
  ]);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
}
