import { expect, it } from 'vitest';
import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { createRandom } from '../../../src/base/random.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { type TrialFacts, trialRecord } from '../../../src/records/trialRecord.ts';
import { trialsCsv } from '../../../src/records/writeTrials.ts';

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Listeners and a model who are right with the sounds' own probabilities; the model tells them but for `silent` sounds. */
async function correlationsOf({ listeners, sounds, silent = 0 }: Record<string, number>) {
  const random = createRandom(4);
  const chances = Array.from({ length: sounds! }, () => logistic(random.normal()));
  const answer = (chance: number) => (random.uniform() < chance ? 'yes' : 'no');
  const of = (facts: Partial<TrialFacts>, sound: number) =>
    trialRecord({
      ...{ study: 's', participant: 'net', observer: 'net', task: 'word', trialIndex: sound },
      ...{ sourceId: `s${sound}`, condition: 'natural', target: 'yes', response: answer(chances[sound]!) },
      ...facts,
    });
  const humans = Array.from({ length: listeners! }, (_, p) =>
    chances.map((_chance, sound) => of({ participant: `p${p}`, observer: 'human' }, sound)),
  );
  const model = chances.map((chance, sound) =>
    of({ targetProbability: sound < silent ? null : chance }, sound),
  );
  const table = await readTrials({ path: 'trials.csv', text: trialsCsv([...humans.flat(), ...model]) });
  const config = parseAnalysisConfig({ permutations: 0, bootstrap: 1000 });
  return analyzeTrials(table, config).curves[0]!.byItem.correlations[0]!;
}

it('a model that knows each sound’s probability reaches √reliability with it, not with its 0/1 answers', async () => {
  const { raw, graded } = await correlationsOf({ listeners: 12, sounds: 300 });
  expect(graded!.raw.ceiling).toBeGreaterThan(raw.ceiling + 0.3);
  expect(Math.abs(graded!.raw.r - graded!.raw.ceiling)).toBeLessThan(0.05);
  expect(Math.abs(raw.r - raw.ceiling)).toBeLessThan(0.08);
  expect(graded!.raw.noiseCorrected).toBeCloseTo(1, 1);
  expect(graded!.raw.interval.low).toBeLessThan(graded!.raw.r);
  expect(graded!.raw.interval.high).toBeGreaterThan(graded!.raw.r);
});

it('a model that leaves out one probability has no graded correlation', async () => {
  const { graded } = await correlationsOf({ listeners: 3, sounds: 20, silent: 1 });
  expect(graded).toBeNull();
});
