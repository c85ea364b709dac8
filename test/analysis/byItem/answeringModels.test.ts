import { expect, test } from 'vitest';
import { agreementWithPeople } from '../../../src/analysis/byItem/agreement/agreementWithPeople.ts';
import { answeringModels } from '../../../src/analysis/byItem/answeringModels.ts';
import { gatherItems } from '../../../src/analysis/byItem/items.ts';
import { curveClaims } from '../../../src/analysis/byStage/curveClaims.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { gatherModelScores, humanMainRows, numberStimuli } from '../../../src/analysis/trials/stimuli.ts';
import { createRandom } from '../../../src/base/random.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';

const stages = smallStudy.metamerModels[0]!.stages.slice(1, 3);

/** A small curve of metamers of `net`, with models that answered all of it and one that answered nothing. */
async function curveOf(observers: readonly string[]) {
  const made = observers.includes('net') ? observers : [...observers, 'net'];
  const study = {
    ...smallStudy,
    ...{ participants: 4, sources: 12, answers: 12 },
    metamerModels: made.map((name) => ({ name, stages: name === 'net' ? stages : [] })),
  };
  const rows = simulateTrials(study).filter(
    ({ observer }) => observer === 'human' || observers.includes(String(observer)),
  );
  const table = await readTrials({ path: 'trials.csv', text: trialsCsv(rows) });
  const stimuli = numberStimuli(table);
  const items = gatherItems(table, humanMainRows(table), {
    ...{ key: { task: 'word', metamerModel: 'net' }, stimuli },
  });
  const models = gatherModelScores(table, stimuli);
  const silent = { ...models[0]!, observer: 'silent', trials: new Uint32Array(stimuli.count) };
  return { table, items, models: [...models, silent] };
}

test.each([
  { observers: ['net', 'b'], pairs: ['net − b'], tested: ['net', 'b'] },
  { observers: ['b', 'net', 'c'], pairs: ['b − net', 'b − c', 'net − c'], tested: ['b', 'net', 'c'] },
  { observers: ['b', 'net', 'c', 'd'], pairs: ['net − b', 'net − c', 'net − d'], tested: ['net'] },
  { observers: ['b', 'c', 'd', 'e'], pairs: ['b − c', 'b − d', 'b − e'], tested: [] },
])('of $observers and a silent one, with metamers of net: $pairs', async ({ observers, pairs, tested }) => {
  const { table, items, models } = await curveOf(observers);
  expect(answeringModels(items, models).map(({ observer }) => observer)).toEqual(observers);
  const { agreement, comparisons } = agreementWithPeople(table, items, {
    ...{ models, random: createRandom(1), resamples: 100 },
  });
  expect(agreement.map(({ observer }) => observer)).toEqual(observers);
  expect([...new Set(comparisons.map(({ first, second }) => `${first} − ${second}`))]).toEqual(pairs);
  const config = parseAnalysisConfig({ bootstrap: 1000 });
  const { mixed, proportions } = curveClaims(table, items, { models, config, chance: 1 / 12 });
  expect(mixed.map(({ observer }) => observer)).toEqual(['human', ...tested]);
  expect([...new Set(proportions.map(({ observer }) => observer))]).toEqual(['human', ...observers]);
});
