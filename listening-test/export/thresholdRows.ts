import { groupedBy } from '../../src/base/groups.ts';
import { type Track, thresholdOf } from '../staircase/climb.ts';
import { type TrackAnswer, trackAfter } from '../staircase/nextSound.ts';
import { convergenceOf, type StaircaseSettings } from '../staircase/settings.ts';
import type { LoadedStudy } from '../study/loadStudy.ts';
import type { HumanTrial } from './readRecords.ts';
import { type Column, ownerColumns } from './table.ts';

/** One staircase of one participant. */
export interface ThresholdRow {
  participant: string;
  session: string;
  task: string;
  path: string;
  track: number;
  settings: StaircaseSettings;
  state: Track;
  answers: TrackAnswer[];
}

const right = (answers: readonly TrackAnswer[]) => answers.filter(({ isRight }) => isRight).length;
const isSame = ({ level }: TrackAnswer) => level === 0;

/** Columns of `thresholds.csv`. */
export const thresholdColumns: readonly Column<ThresholdRow>[] = [
  ...ownerColumns,
  { name: 'task', meaning: 'Task with the staircase', cell: (row) => row.task },
  { name: 'path', meaning: 'Path of sounds', cell: (row) => row.path },
  { name: 'track', meaning: 'Which staircase on the path, from 1', type: 'number', cell: (row) => row.track },
  {
    name: 'threshold_level',
    meaning:
      'Mean level of the last reversals, on the scale from 1 for the smallest difference; empty until the track has turned often enough',
    type: 'number',
    cell: ({ state, settings }) => rounded(thresholdOf(state, settings.averaged)?.level),
  },
  {
    name: 'threshold_sd',
    meaning: 'Standard deviation of those levels (n − 1)',
    type: 'number',
    cell: ({ state, settings }) => rounded(thresholdOf(state, settings.averaged)?.sd),
  },
  {
    name: 'converges_at',
    meaning: 'Share of right answers at which the staircase settles (Levitt, 1971)',
    type: 'number',
    cell: ({ settings }) => rounded(convergenceOf(settings.down)),
  },
  {
    name: 'ended_by',
    meaning: 'reversals, trials (before it turned often enough), or empty while it goes on',
    cell: ({ state }) => state.isOver ?? '',
  },
  {
    name: 'reversal_levels',
    meaning: 'Levels at all reversals in order, joined by semicolons',
    cell: ({ state }) => state.reversalLevels.join(';'),
  },
  {
    name: 'at_ends',
    meaning:
      'Answers at the ends of the path that would have led beyond it; many make the threshold doubtful',
    type: 'number',
    cell: ({ state }) => state.atEnds,
  },
  { name: 'trials', meaning: 'Answered trials', type: 'number', cell: ({ answers }) => answers.length },
  {
    name: 'different_trials',
    meaning: 'Of these, trials with a difference',
    type: 'number',
    cell: ({ answers }) => answers.filter((answer) => !isSame(answer)).length,
  },
  {
    name: 'different_right',
    meaning: 'Right answers in them',
    type: 'number',
    cell: ({ answers }) => right(answers.filter((answer) => !isSame(answer))),
  },
  {
    name: 'same_trials',
    meaning: 'Trials without a difference',
    type: 'number',
    cell: ({ answers }) => answers.filter(isSame).length,
  },
  {
    name: 'same_right',
    meaning: 'Right answers in them; few mean that the threshold says more of bias than of hearing',
    type: 'number',
    cell: ({ answers }) => right(answers.filter(isSame)),
  },
];

/**
 * Thresholds of the staircases.
 *
 * @param trials - All trials in the order of sessions and positions.
 * @param loaded - The study.
 * @returns One row a track, in the order of their first trials.
 */
export function thresholdRows(
  trials: readonly HumanTrial[],
  { study, paths }: Pick<LoadedStudy, 'study' | 'paths'>,
): ThresholdRow[] {
  const tracks = groupedBy(
    trials.filter(({ staircase }) => staircase),
    ({ session, task, staircase }) => JSON.stringify([session, task, staircase!.path, staircase!.track]),
  );
  return [...tracks.values()].map((own) => {
    const { participant, session, task, staircase } = own[0]!;
    const { path, track } = staircase!;
    const settings = study.tasks[task]!.staircase!;
    const answers = own.map(({ staircase: place, correct, playValid }) => ({
      level: place!.level,
      isRight: correct === true,
      isValid: playValid,
    }));
    const state = trackAfter(answers, settings, paths.get(task)!.get(path)!);
    return { participant, session, task, path, track, settings, state, answers };
  });
}

const rounded = (value: number | undefined) => (value === undefined ? null : Math.round(1e4 * value) / 1e4);
