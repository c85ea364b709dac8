import { type Column, type Table, tableOf } from '../../export/table.ts';
import type { AnsweredTrial, ClipPart } from '../taskType.ts';

/** Scores from which a hidden reference is recognized and to which an anchor is not. */
const referenceScore = 90;
/** Share of trials in which that may fail. */
const tolerated = 0.15;
/** Share of assessors who may take the anchor of a source for the reference before the source is to blame. */
const mostMistaken = 0.25;

/** Marks of participants, and what each means. */
const postScreening: Readonly<Record<string, string>> = {
  'hidden-reference': `scored the hidden reference below ${referenceScore} in more than ${100 * tolerated} % of the trials`,
  'mid-anchor': `scored the anchor of the widest band above ${referenceScore} in more than ${100 * tolerated} % of the trials, sources left out whose anchor more than ${100 * mostMistaken} % of the participants scored so`,
};

interface Score {
  trial: AnsweredTrial;
  part: ClipPart;
  /** Place in the clip, the open reference being 0. */
  place: number;
  score: number;
  flags: string[];
}

const columns: readonly Column<Score>[] = [
  { name: 'participant', meaning: 'Code of the participant', cell: ({ trial }) => trial.participant },
  { name: 'session', meaning: 'Code of the visit’s session', cell: ({ trial }) => trial.session },
  {
    name: 'trial_index',
    type: 'number',
    meaning: 'Position of the trial, as in trials.csv',
    cell: ({ trial }) => trial.trialIndex,
  },
  { name: 'task', meaning: 'Task of the study', cell: ({ trial }) => trial.task },
  { name: 'block', meaning: 'practice or main', cell: ({ trial }) => trial.block },
  { name: 'source_id', meaning: 'Recording the sounds were made from', cell: ({ trial }) => trial.sourceId },
  { name: 'role', meaning: 'hidden-reference, anchor or version', cell: ({ part }) => part.role },
  {
    name: 'condition',
    meaning:
      'natural (the hidden reference), anchor-… (low-passed at so many Hz), or model/stage of the metamer',
    cell: ({ part }) => part.condition,
  },
  { name: 'stage', meaning: 'Stage the metamer was matched at', cell: ({ part }) => part.stage },
  { name: 'metamer_model', meaning: 'Model whose metamer it is', cell: ({ part }) => part.metamerModel },
  { name: 'score', type: 'number', meaning: 'From 0 (bad) to 100 (excellent)', cell: ({ score }) => score },
  {
    name: 'listens',
    type: 'number',
    meaning: 'How often it was played',
    cell: ({ trial, place }) => (trial.details['listens'] as number[] | undefined)?.[place] ?? null,
  },
  {
    name: 'shown_at',
    type: 'number',
    meaning: 'Place on the page, from 1',
    cell: ({ trial, place }) => placeOnPage(trial, place),
  },
  {
    name: 'play_valid',
    type: 'boolean',
    meaning: 'Whether every sound was heard whole at least once',
    cell: ({ trial }) => trial.playValid,
  },
  {
    name: 'post_screening',
    type: 'ids',
    meaning: `Marks of the participant by the post-screening of ITU-R BS.1534-3, joined by semicolons; nobody is excluded for them: ${Object.entries(
      postScreening,
    )
      .map(([flag, says]) => `${flag} (${says})`)
      .join(', ')}`,
    cell: ({ flags }) => flags.join(';'),
  },
];

/**
 * Scores as a table, one row a sound.
 *
 * @param trials - Answered trials.
 * @returns The table `scores`.
 * @see Recommendation ITU-R BS.1534-3, § 4.1.2, post-screening of assessors.
 */
export function scoreTable(trials: readonly AnsweredTrial[]): Table {
  const main = trials.filter(({ block }) => block === 'main');
  const unclear = unclearSources(main);
  const flags = new Map<string, string[]>();
  for (const session of new Set(trials.map((trial) => trial.session)))
    flags.set(
      session,
      flagsOf(
        main.filter((trial) => trial.session === session),
        unclear,
      ),
    );
  const rows = trials.flatMap((trial) =>
    scoresOf(trial).map((score) => ({ ...score, flags: flags.get(trial.session)! })),
  );
  return tableOf('scores', 'One row a sound that was rated beside its reference', columns)(rows);
}

function scoresOf(trial: AnsweredTrial): Omit<Score, 'flags'>[] {
  return trial.parts.slice(1).map((part, i) => {
    return { trial, part, place: i + 1, score: Number(trial.response[i]) };
  });
}

function flagsOf(trials: readonly AnsweredTrial[], unclear: ReadonlySet<string>): string[] {
  const scores = trials.flatMap(scoresOf);
  const isTooMany = (wrong: readonly boolean[]) =>
    wrong.filter(Boolean).length > tolerated * Math.max(1, wrong.length);
  const references = scores.filter(({ part }) => part.role === 'hidden-reference');
  const anchors = widestAnchors(scores).filter(({ trial }) => !unclear.has(sourceOf(trial)));
  const marks: [string, boolean][] = [
    ['hidden-reference', isTooMany(references.map(({ score }) => score < referenceScore))],
    ['mid-anchor', isTooMany(anchors.map(isTakenForReference))],
  ];
  return marks.filter(([, isMarked]) => isMarked).map(([flag]) => flag);
}

/** Sources whose anchor so many took for the reference that its low-pass may be hard to hear; they mark nobody. */
function unclearSources(trials: readonly AnsweredTrial[]): Set<string> {
  const all = widestAnchors(trials.flatMap(scoresOf));
  const unclear = [...new Set(all.map(({ trial }) => sourceOf(trial)))].filter((source) => {
    const anchors = all.filter(({ trial }) => sourceOf(trial) === source);
    const assessors = new Set(anchors.map(({ trial }) => trial.participant));
    const mistaken = new Set(anchors.filter(isTakenForReference).map(({ trial }) => trial.participant));
    return mistaken.size > mostMistaken * assessors.size;
  });
  return new Set(unclear);
}

function widestAnchors(scores: readonly Omit<Score, 'flags'>[]): Omit<Score, 'flags'>[] {
  const widest = Math.max(...scores.map(({ part }) => part.lowPassHz ?? 0));
  return scores.filter(({ part }) => part.role === 'anchor' && part.lowPassHz === widest);
}

const isTakenForReference = ({ score }: Pick<Score, 'score'>) => score > referenceScore;

const sourceOf = ({ task, sourceId }: AnsweredTrial) => `${task} ${sourceId}`;

function placeOnPage({ details }: AnsweredTrial, place: number): number | null {
  const shown = (details['order'] as number[] | undefined)?.indexOf(place) ?? -1;
  return shown < 0 ? null : shown + 1;
}
