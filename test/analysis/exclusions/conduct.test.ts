import { expect, it } from 'vitest';
import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { conductSensitivity } from '../../../src/analysis/exclusions/conduct.ts';
import { conductSection } from '../../../src/analysis/report/conductSection.ts';
import { humanMainRows, numberStimuli } from '../../../src/analysis/trials/stimuli.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';

const study = { ...smallStudy, participants: 10, sources: 40, answers: 40 };
const [cochcnn9] = smallStudy.metamerModels;
const base = simulateTrials({ ...study, metamerModels: [cochcnn9!] });

type Marks = (participant: string, trial: number) => string;

function markedTable(marks: Marks) {
  const rows = base.map((row) => ({
    ...row,
    conduct_flags: row.observer === 'human' ? marks(String(row.participant), Number(row.trial_index)) : '',
  }));
  return readTrials({ path: 'trials.csv', text: trialsCsv(rows) });
}

async function conductOf(marks: Marks) {
  const table = await markedTable(marks);
  const { conduct, curves } = analyzeTrials(table, parseAnalysisConfig({ permutations: 0, bootstrap: 1000 }));
  return { ...conduct, headline: curves[0]!.headline! };
}

it('no marks, no lines and no section', async () => {
  const { flags, lines } = await conductOf(() => '');
  expect({ flags, lines }).toEqual({ flags: [], lines: [] });
  const { tables, figures, text } = conductSection({ flags, lines });
  expect([tables, figures, text]).toEqual([[], [], undefined]);
});

it('the main result stands with and without each mark, all of them, and people marked in over a tenth', async () => {
  // p0: all answers; p1: 4 of 40, not over a tenth; p2: 5 of 40; p3: two marks on one answer.
  const { flags, lines, headline } = await conductOf((participant, trial) => {
    if (participant === 'p0') return 'automated-browser';
    if (participant === 'p1') return trial < 4 ? 'left-page' : '';
    if (participant === 'p2') return trial < 5 ? 'left-page' : '';
    return participant === 'p3' && trial === 7 ? 'pasted;left-page' : '';
  });
  expect(flags).toEqual([
    { flag: 'automated-browser', answers: 40, participants: 1 },
    { flag: 'left-page', answers: 10, participants: 3 },
    { flag: 'pasted', answers: 1, participants: 1 },
  ]);
  expect(lines.map(({ answers, participants, trials }) => [answers, participants, trials])).toEqual([
    ['all that are analyzed', 10, 400],
    ['without automated-browser', 9, 360],
    ['without left-page', 10, 390],
    ['without pasted', 10, 399],
    ['without any marked', 9, 350],
    ['without people marked in over 10 %', 8, 320],
  ]);
  const [all, ...others] = lines;
  expect(all!.effect).toBe('observer × stage');
  expect(Math.log(all!.p / headline.p)).toBeCloseTo(0, 1);
  for (const { p } of others) {
    expect(p).toBeGreaterThan(0);
    expect(p).not.toBe(all!.p);
  }
  const human = base.filter(({ observer }) => observer === 'human');
  const right = human.filter(({ correct }) => correct).length;
  expect(all!.proportionCorrect).toBeCloseTo(right / 400, 12);
});

const all = ['all that are analyzed', 400, 'stage'] as const;

it.each<{ claim: string; marks: Marks; lines: (readonly [string, number, string])[] }>([
  {
    claim: 'one mark on one answer',
    marks: (participant, trial) => (participant === 'p3' && trial === 7 ? 'pasted' : ''),
    lines: [all, ['without pasted', 399, 'stage']],
  },
  {
    claim: 'two marks on two answers',
    marks: (participant, trial) => (participant === 'p3' && trial < 2 ? ['pasted', 'left-page'][trial]! : ''),
    lines: [
      all,
      ['without pasted', 399, 'stage'],
      ['without left-page', 399, 'stage'],
      ['without any marked', 398, 'stage'],
    ],
  },
  {
    claim: 'one mark on all answers of all but one person, who says nothing of others',
    marks: (participant) => (participant === 'p3' ? '' : 'pasted'),
    lines: [all, ['without pasted', 40, ''], ['without people marked in over 10 %', 40, '']],
  },
])('conductSensitivity without models: $claim', async ({ marks, lines }) => {
  const table = await markedTable(marks);
  const key = { task: 'word', metamerModel: cochcnn9!.name };
  const options = { keys: [key], stimuli: numberStimuli(table), models: [], stageOrder: [] };
  const found = conductSensitivity(table, humanMainRows(table), options).lines;
  expect(found.map(({ answers, trials, effect }) => [answers, trials, effect])).toEqual(lines);
  for (const { effect, p } of found) expect(Number.isNaN(p)).toBe(effect === '');
});
