import { expect, it } from 'vitest';
import { overTrials } from '../../src/analysis/byStage/overTrials.ts';
import { itemsCsv } from '../../src/analysis/report/itemsCsv.ts';
import { gatherModelScores, humanMainRows, numberStimuli } from '../../src/analysis/trials/stimuli.ts';
import { parseCsvTable } from '../../src/base/readCsv.ts';
import { readTrials } from '../../src/records/readTrials.ts';

const header =
  'participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct,rt_ms';
const row = (
  who: string,
  index: number,
  source: string,
  stage: string,
  response: string,
  rt: number | '',
) => {
  const sound = stage === '' ? 'natural,,' : `net/${stage},${stage},net`;
  const observer = who === 'net' ? 'net' : 'human';
  return `${who},${observer},word,main,${index},${source},${sound},dog,${response},${response === 'dog'},${rt}`;
};

async function analyze(rows: readonly string[]) {
  const table = await readTrials({ path: 't.csv', text: [header, ...rows, ''].join('\n') });
  const stimuli = numberStimuli(table);
  const human = humanMainRows(table);
  const key = { task: 'word', metamerModel: 'net' };
  const levels = ['natural', 'conv1'];
  return {
    over: overTrials(table, human, { key, levels, stimulusOfRow: stimuli.ofRow }),
    items: parseCsvTable(
      itemsCsv(table, { rows: human, stimuli, models: gatherModelScores(table, stimuli) }),
      'items.csv',
    ),
  };
}

/** p1 and p2 heard the same sounds and learn; p3 heard others and does not answer in time. */
const rows = [
  ...['p1', 'p2'].flatMap((who) => [
    row(who, 0, 'a', '', 'dog', 500),
    row(who, 1, 'b', 'conv1', 'cat', 1000),
    row(who, 2, 'c', 'conv1', 'cat', who === 'p1' ? 1400 : 2000),
    row(who, 3, 'd', 'conv1', 'dog', 800),
    row(who, 4, 'e', 'conv1', 'dog', 900),
  ]),
  row('p3', 0, 'f', '', 'dog', ''),
  row('p3', 1, 'b', 'conv1', 'cow', ''),
  row('net', 0, 'b', 'conv1', 'dog', ''),
  row('net', 1, 'd', 'conv1', 'hen', ''),
];

it('response times are means of participants’ medians, of right and wrong answers too', async () => {
  const { times } = (await analyze(rows)).over;
  expect(times.map(({ level, participants }) => [level, participants])).toEqual([
    ['natural', 2],
    ['conv1', 2],
  ]);
  // conv1: 800, 900, 1000, 1400 and 800, 900, 1000, 2000
  expect(times[1]).toMatchObject({ medianMs: 950, medianRightMs: 850, medianWrongMs: 1350 });
  expect(times[0]).toMatchObject({ medianMs: 500, medianWrongMs: Number.NaN });
});

it('learning is the slope over the session of what a level’s mean leaves', async () => {
  const { learning } = (await analyze(rows)).over;
  // conv1's mean is 4/9; p1 and p2: places 0, ¼, ½, ¾, 1 and rests 0, −4/9, −4/9, 5/9, 5/9 give 8/15·…
  const places = [0, 0.25, 0.5, 0.75, 1];
  const rests = [0, -4 / 9, -4 / 9, 5 / 9, 5 / 9];
  const slope = places.reduce((sum, x, i) => sum + (x - 0.5) * rests[i]!, 0) / 0.625;
  const third = -4 / 9;
  expect(learning.participants).toBe(3);
  expect(learning.gain).toBeCloseTo((2 * slope + third) / 3, 12);
  expect(learning.interval.low).toBeLessThan(learning.gain);
});

it('lists are participants who heard the same sounds; none where nobody did', async () => {
  const { lists } = (await analyze(rows)).over;
  expect(lists).toEqual([
    { list: 1, participants: 2, sounds: 5, proportionCorrect: expect.closeTo(0.6, 12) },
    { list: 2, participants: 1, sounds: 2, proportionCorrect: 0.5 },
  ]);
  expect((await analyze(rows.slice(5))).over.lists).toEqual([]);
});

it('one participant gives no interval', async () => {
  const { times, learning } = (await analyze(rows.slice(0, 5))).over;
  expect(learning.interval.low).toBeNaN();
  expect(times[1]!.interval.high).toBeNaN();
});

it('items.csv has each sound once, with answers of people and models', async () => {
  const { columns, rows: sounds } = (await analyze(rows)).items;
  expect(sounds).toHaveLength(6);
  const b = Object.fromEntries(columns.map((name, i) => [name, sounds.find((own) => own[1] === 'b')![i]]));
  expect(b).toMatchObject({
    ...{ stage: 'conv1', n: '3', correct: '0', proportion_correct: '0', target: 'dog' },
    ...{ commonest_answer: 'cat', commonest_answer_n: '2', net_answer: 'dog', net_correct: '1' },
  });
  const a = sounds.find((own) => own[1] === 'a')!;
  expect(a.slice(-2)).toEqual(['', '']);
});
