import { describe, expect, it } from 'vitest';
import { analysisOf } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { applyExclusions } from '../../../src/analysis/exclusions/exclude.ts';
import { exclusionLimits } from '../../../src/records/exclusionRules.ts';
import { participantStatistics } from '../../../src/records/participantStatistics.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { withStudy } from '../../../src/records/trialTable.ts';
import { type SimulatedRow, simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';
import { temporaryFiles } from '../temporaryFiles.ts';

const { write } = temporaryFiles();
const base = simulateTrials({ ...smallStudy, participants: 10, sources: 80, answers: 80 });

/** Sixteen catch and twelve practice trials of a participant, of which some are right. */
function checks(participant: string, catchRight: number, practiceRight: number): SimulatedRow[] {
  const natural = base.find((row) => row.condition === 'natural')!;
  const block = (name: string, trials: number, right: number) =>
    Array.from({ length: trials }, (_, i) => ({
      ...natural,
      participant,
      block: name,
      trial_index: i,
      source_id: `${name}${i}`,
      response: i < right ? natural.target : 'none of them',
      correct: i < right,
    }));
  return [...block('catch', 16, catchRight), ...block('practice', 12, practiceRight)];
}

/** p1 fails catch, p2 practice, p3 headphones, p4 plays, p5 repeats an answer, p6 answers at once; p7 loses a trial. */
function troubled(): SimulatedRow[] {
  const ofHuman = (name: string, change: (row: SimulatedRow, i: number) => Partial<SimulatedRow>) => {
    let i = 0;
    return (row: SimulatedRow) =>
      row.observer === 'human' && row.participant === name ? { ...row, ...change(row, i++) } : row;
  };
  const changes = [
    ofHuman('p3', () => ({ excluded: true, exclusion_rules: 'headphone-check-failed' })),
    ofHuman('p4', (_, i) => ({ play_valid: i >= 9 })),
    ofHuman('p5', (row, i) => (i % 2 === 0 ? { response: 'w7', correct: row.target === 'w7' } : {})),
    ofHuman('p6', () => ({ rt_ms: 120 })),
    ofHuman('p7', (_, i) =>
      i === 0 ? { excluded: true, exclusion_rules: 'noise-in-room' } : i === 1 ? { play_valid: false } : {},
    ),
  ];
  const rows = base.map((row) => changes.reduce((changed, change) => change(changed), row));
  return [
    ...rows,
    ...Array.from({ length: 10 }, (_, p) => checks(`p${p}`, p === 1 ? 14 : 15, p === 2 ? 4 : 5)).flat(),
  ];
}

async function excluded(rules: object = {}) {
  const table = await readTrials(write('trials.csv', trialsCsv(troubled())));
  const config = parseAnalysisConfig({ exclusions: rules });
  return { table, exclusion: applyExclusions(table, participantStatistics(table), config.exclusions) };
}

describe('applyExclusions', () => {
  it('takes out each offender by its own rule, then single trials', async () => {
    const { exclusion } = await excluded();
    expect(exclusion.startParticipants).toBe(10);
    expect(exclusion.startTrials).toBe(800);
    const removed = exclusion.steps.map(
      ({ rule, removedParticipants, removedTrials, remainingParticipants }) => [
        rule,
        removedParticipants.map(({ participant, reason }) => `${participant}: ${reason}`).join(),
        removedTrials,
        remainingParticipants,
      ],
    );
    expect(removed).toEqual([
      ['headphones', 'p3: headphone-check-failed', 80, 9],
      ['practice', 'p2: 4 of 12 correct', 80, 8],
      ['catch', 'p1: 14 of 16 correct', 80, 7],
      ['plays', 'p4: 9 of 80 invalid', 80, 6],
      ['responseTime', 'p6: median 120 ms', 80, 5],
      ['repeatedAnswers', expect.stringMatching(/^p5: 'w7' in 5\d(\.\d)? %$/), 80, 4],
      ['recorded', '', 0, 4],
      ['noMainTrials', '', 0, 4],
      ['recorded', '', 1, 4],
      ['plays', '', 1, 4],
    ]);
    expect(exclusion.steps.at(-1)!.remainingTrials).toBe(800 - 6 * 80 - 2);
    expect(exclusion.rows.reduce((sum, used) => sum + used, 0)).toBe(318);
  });

  it('keeps 15 of 16 catch trials and 5 of 12 practice trials, the published marks', async () => {
    const { exclusion } = await excluded({
      headphones: false,
      plays: null,
      responseTime: null,
      repeatedAnswers: null,
      recorded: false,
    });
    const names = exclusion.steps.flatMap(({ removedParticipants }) =>
      removedParticipants.map(({ participant }) => participant),
    );
    expect(names).toEqual(['p2', 'p1']);
  });

  it('takes the study’s own verdicts under the rule that covers them, the rest under recorded', async () => {
    const ids: Record<string, string> = {
      p1: 'hearing-loss',
      p2: 'catch-failed',
      p3: 'headphones-failed',
      p4: 'incomplete;practice-failed',
    };
    const rows = base.map((row) =>
      row.observer === 'human' && ids[String(row.participant)]
        ? { ...row, excluded: true, exclusion_rules: ids[String(row.participant)]! }
        : row,
    );
    const table = await readTrials(write('recorded.csv', trialsCsv(rows)));
    const { exclusions } = parseAnalysisConfig();
    const { steps } = applyExclusions(table, participantStatistics(table), exclusions);
    const removed = steps.flatMap(({ rule, removedParticipants }) =>
      removedParticipants.map(({ participant, reason }) => [rule, participant, reason]),
    );
    expect(removed).toEqual([
      ['headphones', 'p3', 'headphones-failed'],
      ['practice', 'p4', 'practice-failed'],
      ['catch', 'p2', 'catch-failed'],
      ['recorded', 'p1', 'hearing-loss'],
    ]);
  });

  it.each([
    [
      'the published limit',
      {},
      undefined,
      ['p1: 14 of 16 correct'],
      'fewer than 93.8 % of catch trials correct',
    ],
    [
      "the study's limit",
      {},
      { catchPassShare: 0.8 },
      [],
      'fewer than 80 % of catch trials correct, rounded down to 12 of 16 (limit of the study)',
    ],
    [
      "the configuration's limit",
      { catch: { leastCorrect: 1 } },
      { catchPassShare: 0.8 },
      [
        'p0: 15 of 16 correct',
        'p1: 14 of 16 correct',
        'p4: 15 of 16 correct',
        'p5: 15 of 16 correct',
        'p6: 15 of 16 correct',
        'p7: 15 of 16 correct',
        'p8: 15 of 16 correct',
        'p9: 15 of 16 correct',
      ],
      'fewer than 100 % of catch trials correct',
    ],
  ])('judges catch trials by %s', async (_, rules, limits, removed, description) => {
    const table = await readTrials(write('limits.csv', trialsCsv(troubled())));
    const study = table.study.names[0]!;
    const known = limits && {
      format: 1 as const,
      study,
      exclusion: exclusionLimits.parse(limits),
      choices: {},
      stageOrder: {},
    };
    const given = withStudy(table, known);
    const config = parseAnalysisConfig({ exclusions: rules });
    const { steps } = applyExclusions(given, participantStatistics(given), config.exclusions);
    const step = steps.find(({ rule }) => rule === 'catch')!;
    expect(step.description).toBe(description);
    expect(step.removedParticipants.map(({ participant, reason }) => `${participant}: ${reason}`)).toEqual(
      removed,
    );
  });

  it('says for each study which numbers of catch trials its limit rounds down', async () => {
    const lost: Record<string, number> = { p0: 2, p1: 3, p9: 1 };
    const rows = troubled()
      .filter(
        ({ block, participant, trial_index: i }) =>
          block !== 'catch' || Number(i) >= (lost[String(participant)] ?? 0),
      )
      .map((row) => (row.participant === 'p9' ? { ...row, study: 'other' } : row));
    const read = await readTrials(write('studies.csv', trialsCsv(rows)));
    const known = (study: string, catchPassShare: number) =>
      ({
        format: 1,
        study,
        exclusion: exclusionLimits.parse({ catchPassShare }),
        choices: {},
        stageOrder: {},
      }) as const;
    const first = read.study.names.find((name) => name !== 'other')!;
    const table = {
      ...read,
      studies: new Map([
        [first, known(first, 0.8)],
        ['other', known('other', 0.5)],
      ]),
    };
    const { steps } = applyExclusions(table, participantStatistics(table), parseAnalysisConfig().exclusions);
    expect(steps.find(({ rule }) => rule === 'catch')!.description).toBe(
      'fewer than 80 % of catch trials correct, rounded down to 12 of 16, 11 of 14, … (limit of the study) or fewer than 50 % of catch trials correct, rounded down to 7 of 15 (limit of the study)',
    );
  });

  it('bounds single response times when asked', async () => {
    const { exclusion } = await excluded({ responseTime: { leastMs: 200, mostMs: 3000 } });
    const step = exclusion.steps.at(-1)!;
    expect(step.description).toBe('single trials answered before 200 ms or after 3000 ms');
    expect(step.removedTrials).toBeGreaterThan(80);
  });

  it.each([
    { change: { rt_ms: 200 }, isKept: true },
    { change: { rt_ms: 199 }, isKept: false },
    { change: { rt_ms: 3000 }, isKept: true },
    { change: { rt_ms: 3001 }, isKept: false },
    { change: { rt_ms: '' }, isKept: true },
    { change: { rt_ms: 1000, excluded: true }, isKept: false },
    { change: { rt_ms: 1000, excluded: true, exclusion_rules: 'noise-in-room' }, isKept: false },
    { change: { rt_ms: 1000, excluded: true, exclusion_rules: 'catch-failed' }, isKept: true },
    { change: { rt_ms: 1000, play_valid: false }, isKept: false },
  ])('a trial from 200 to 3000 ms, heard whole: $change is kept: $isKept', async ({ change, isKept }) => {
    const at = base.findIndex((row) => row.observer === 'human' && row.participant === 'p8');
    const rows = base.map((row, i) => (i === at ? { ...row, ...change } : row));
    const table = await readTrials(write('single.csv', trialsCsv(rows)));
    const { exclusions } = parseAnalysisConfig({
      exclusions: { catch: null, responseTime: { leastMs: 200, mostMs: 3000 } },
    });
    const { rows: kept } = applyExclusions(table, participantStatistics(table), exclusions);
    expect(kept[at]).toBe(Number(isKept));
  });

  it('leaves out who has no trials of the main block, whatever the rules', async () => {
    const rows = [...base, ...checks('early', 16, 12), ...checks('p0', 16, 12)];
    const table = await readTrials(write('early.csv', trialsCsv(rows)));
    const { exclusions } = parseAnalysisConfig();
    const step = applyExclusions(table, participantStatistics(table), exclusions).steps.find(
      ({ rule }) => rule === 'noMainTrials',
    )!;
    expect(step.removedParticipants).toEqual([{ participant: 'early', reason: 'no main trials' }]);
    expect(step.remainingParticipants).toBe(10);
  });

  it('repeats the main result with all rules, without each that mattered, and with none', async () => {
    const { table } = await excluded();
    const { results } = analysisOf(table, parseAnalysisConfig({ permutations: 100, bootstrap: 1000 }));
    const own = results.exclusions.sensitivity.filter(({ metamerModel }) => metamerModel === 'cochcnn9');
    expect(own.map(({ rules, participants }) => [rules, participants])).toEqual([
      ['all rules', 4],
      ['without headphones', 5],
      ['without practice', 5],
      ['without catch', 5],
      ['without plays', 5],
      ['without responseTime', 5],
      ['without repeatedAnswers', 5],
      ['without recorded', 4],
      ['no rules', 10],
    ]);
    for (const line of own) expect(line.effect).toBe('observer:stage');
    expect(own[0]!.f).not.toBe(own.at(-1)!.f);
  });
});

describe('parseAnalysisConfig', () => {
  it('names the wrong field', () => {
    expect(() => parseAnalysisConfig({ exclusions: { catch: { leastCorrect: 15 } } }, 'c.json')).toThrow(
      /^c\.json: field 'exclusions\.catch\.leastCorrect' must be ≤ 1, got 15; correct it$/,
    );
    expect(() => parseAnalysisConfig({ chanc: {} }, 'c.json')).toThrow(
      /^c\.json: the whole must not hold chanc, which is unknown; known are title, models, designs, chance,/,
    );
  });
});
