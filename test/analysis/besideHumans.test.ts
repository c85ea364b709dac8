import { expect, it } from 'vitest';
import { besideHumans } from '../../src/analysis/besideHumans.ts';
import { humansSection } from '../../src/analysis/report/humansSection.ts';
import { humanMainRows } from '../../src/analysis/trials/stimuli.ts';
import type { HumansInNoise } from '../../src/records/humans/readHumans.ts';
import { readTrials } from '../../src/records/readTrials.ts';

const header =
  'participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct';
/** Ten trials of a condition, of which some are right. */
const trials = (observer: string, condition: string, right: number, from: number) =>
  Array.from({ length: 10 }, (_, i) => {
    const response = i < right ? 'dog' : 'cat';
    const sound = condition.includes('/') ? `${condition},conv1,net` : `${condition},,`;
    return `${observer === 'human' ? 'p1' : observer},${observer},word,main,${from + i},s${from + i},${sound},dog,${response},${i < right}`;
  });
const cell = (snrDb: number, ...proportions: number[]) => ({
  ...{ background: 'babble-8', snrDb },
  proportions: Float64Array.from(proportions),
});
const humans: HumansInNoise = {
  path: 'humans.csv',
  participants: ['a', 'b', 'c', 'd'],
  cells: [
    cell(-6, 0, 0.2, 0.1, 0.1),
    cell(0, 0.5, 0.5, 0.4, 0.6),
    cell(3, 0.8, 1, 0.9, 0.9),
    cell(9, 1, 1, 1, 1),
  ],
};
const rows = ['human', 'net'].flatMap((observer, k) => [
  ...trials(observer, 'babble8@-6dB', 1 + k, 0),
  ...trials(observer, 'babble of 8@0dB', 5 + k, 10),
  ...trials(observer, 'babble8@3dB', 9, 20),
  ...trials(observer, 'music@3dB', 0, 30),
  ...trials(observer, 'natural', 10, 40),
  ...trials(observer, 'net/conv1', 0, 50),
]);
const read = (lines: readonly string[]) =>
  readTrials({ path: 't.csv', text: `${[header, ...lines].join('\n')}\n` });

it('compares each observer with other people over the cells that both have', async () => {
  const table = await read(rows);
  const [own, net] = besideHumans(table, humanMainRows(table), humans);
  expect([own!.observer, own!.cells, own!.missing]).toEqual(['human', 3, ['babble-8 at 9 dB']]);
  expect(own!.r).toBeCloseTo(1, 9);
  expect(own!.rmse).toBeCloseTo(0, 9);
  expect(net!.rmse).toBeCloseTo(Math.sqrt((0.1 ** 2 + 0.1 ** 2) / 3), 9);
  const { figures, tables, text } = humansSection([own!, net!]);
  expect(figures.map(({ name }) => name)).toEqual([
    'figure-beside-people-word-human',
    'figure-beside-people-word-net',
  ]);
  expect(tables[0]!.rows.map((line) => line.slice(0, 4))).toEqual([
    ['human', 'word', 'all', 3],
    ['human', 'word', 'babble-8', 3],
    ['net', 'word', 'all', 3],
    ['net', 'word', 'babble-8', 3],
  ]);
  expect(text).toContain('net has no trials in babble-8 at 9 dB.');
});

it('leaves out humans’ rows that are not used, and observers with fewer than three cells', async () => {
  const table = await read(rows);
  expect(besideHumans(table, new Uint8Array(table.count), humans).map(({ observer }) => observer)).toEqual([
    'net',
  ]);
  expect(besideHumans(await read(rows.slice(0, 20)), new Uint8Array(20).fill(1), humans)).toEqual([]);
  expect(humansSection([]).tables).toEqual([]);
});
