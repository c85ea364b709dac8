import { expect, test } from 'vitest';
import { agreementWithPeople } from '../../../../src/analysis/byItem/agreement/agreementWithPeople.ts';
import { gatherItems } from '../../../../src/analysis/byItem/items.ts';
import { gatherModelScores, humanMainRows, numberStimuli } from '../../../../src/analysis/trials/stimuli.ts';
import { createRandom } from '../../../../src/base/random.ts';
import { readTrials } from '../../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../../simulateTrials.ts';

/** Twelve people and a model that is hardly ever wrong at one stage and right half the time at the other. */
async function linesOfModel() {
  const stages = [
    { stage: 'early', human: 0.3, model: 9 },
    { stage: 'late', human: -0.3, model: 0 },
  ];
  const study = { ...smallStudy, participants: 12, sources: 48, answers: 48, itemSd: 0.3 };
  const rows = simulateTrials({
    ...{ ...study, natural: { human: 0, model: 0 }, metamerModels: [{ name: 'net', stages }] },
  });
  const table = await readTrials({ path: 'trials.csv', text: trialsCsv(rows) });
  const stimuli = numberStimuli(table);
  const items = gatherItems(table, humanMainRows(table), {
    ...{ key: { task: 'word', metamerModel: 'net' }, stimuli, stageOrder: ['early', 'late'] },
  });
  const models = gatherModelScores(table, stimuli);
  const { agreement } = agreementWithPeople(table, items, {
    ...{ models, random: createRandom(1), resamples: 100 },
  });
  return agreement[0]!.lines;
}

test('agreementWithPeople gives no interval where a note says why, and one elsewhere', async () => {
  const lines = await linesOfModel();
  const kappa = (level: string) => lines.find((line) => line.measure === 'κ' && line.level === level)!;
  expect(kappa('early').note).toMatch(/^the model was wrong \d times?: too few for an interval$/);
  expect(kappa('early').model.interval.low).toBeNaN();
  expect(kappa('early').difference.p).toBeNaN();
  expect(kappa('early').human.interval.low).not.toBeNaN();
  for (const { note, difference } of lines) {
    expect(Number.isNaN(difference.interval.low), note).toBe(note !== '');
    expect(Number.isNaN(difference.p), note).toBe(note !== '');
  }
});

test('agreementWithPeople adjusts p over levels, and those of all levels together by themselves', async () => {
  const lines = await linesOfModel();
  const together = lines.filter(({ level, note }) => level === 'all' && note === '');
  for (const { difference } of together) expect(difference.pHolm).toBe(difference.p);
  const ofLevels = lines.filter(({ measure, level }) => measure.startsWith('squared') && level !== 'all');
  const p = ofLevels.map(({ difference }) => difference.p);
  const least = Math.min(...p);
  expect(p).toHaveLength(3);
  expect(ofLevels[p.indexOf(least)]!.difference.pHolm).toBeCloseTo(Math.min(1, 3 * least), 12);
});
