import { describe, expect, it } from 'vitest';
import type { HumanTrial } from '../../listening-test/export/readRecords.ts';
import { parseAnalysisConfig } from '../../src/analysis/config.ts';
import { applyExclusions } from '../../src/analysis/exclusions/exclude.ts';
import { participantStatistics } from '../../src/records/participantStatistics.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { trialsCsv } from '../../src/records/writeTrials.ts';
import { temporaryFiles } from '../analysis/temporaryFiles.ts';

const { write } = temporaryFiles();

const trial = (change: Partial<HumanTrial>): HumanTrial => ({
  study: 'study1',
  participant: '-Xy7',
  session: '-Xy7',
  observer: 'human',
  task: 'genre',
  block: 'main',
  trialIndex: 0,
  sourceId: 'clip1',
  condition: 'branched/top.music',
  stage: 'top.music',
  stageIndex: 17,
  metamerModel: 'branched',
  target: 'rock',
  response: 'jazz',
  correct: false,
  rtMs: 1234.56,
  playValid: true,
  excluded: false,
  exclusionRules: [],
  targetProbability: null,
  conductFlags: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  respondedAt: '2026-01-01T00:00:04.000Z',
  firstInputMs: null,
  stimulus: '',
  staircase: null,
  detail: {
    position: 0,
    formMs: null,
    resumed: false,
    clockJumpMs: null,
    conduct: null,
    details: {},
    flags: [],
  },
  keystrokes: 0,
  typed: '',
  receivedAt: '2026-01-01T00:00:04.100Z',
  plays: 1,
  ...change,
});

describe('readTrials on the listening test’s export', () => {
  const trials = [
    trial({}),
    trial({
      trialIndex: 1,
      sourceId: 'clip2',
      condition: 'natural',
      stage: '',
      stageIndex: null,
      metamerModel: '',
      response: 'rock;pop',
      correct: true,
      rtMs: null,
    }),
    trial({
      trialIndex: 2,
      sourceId: 'clip3',
      playValid: false,
      excluded: true,
      exclusionRules: ['invalid-play'],
    }),
    trial({ trialIndex: 3, sourceId: 'clip4', excluded: true, exclusionRules: ['replaced'] }),
    trial({ participant: 'deaf', excluded: true, exclusionRules: ['hearing-loss'] }),
    trial({
      participant: 'gone',
      block: 'practice',
      excluded: true,
      exclusionRules: ['headphones-failed', 'incomplete'],
    }),
  ];

  it('reads every trial back', async () => {
    const table = await readTrials(write('trials.csv', trialsCsv(trials)));
    expect(table.count).toBe(6);
    expect(table.participant.names).toEqual(['-Xy7', 'deaf', 'gone']);
    expect([...table.correct]).toEqual([0, 1, 0, 0, 0, 0]);
    // Of several choices the first
    expect(table.response.codes[1]).toBe(table.target.codes[1]);
    expect(table.rtMs[0]).toBe(1234.6);
    expect(table.rtMs[1]).toBeNaN();
    expect([...table.stageIndex]).toEqual([17, -1, 17, 17, 17, 17]);
    expect(table.stagePlaces.get('branched')!.get('top.music')).toBe(17);
  });

  it('applies its rule ids', async () => {
    const table = await readTrials(write('trials.csv', trialsCsv(trials)));
    const rules = parseAnalysisConfig({ exclusions: { plays: { mostInvalid: 0.5 } } }).exclusions;
    const { steps, rows } = applyExclusions(table, participantStatistics(table), rules);
    expect([...rows]).toEqual([1, 1, 0, 0, 0, 0]);
    const removed = steps.flatMap(({ rule, removedParticipants, removedTrials }) =>
      removedParticipants.length + removedTrials > 0
        ? [[rule, removedParticipants.map(({ participant }) => participant).join(), removedTrials]]
        : [],
    );
    expect(removed).toEqual([
      ['headphones', 'gone', 0],
      ['recorded', 'deaf', 1],
      ['recorded', '', 1],
      ['plays', '', 1],
    ]);
  });
});
