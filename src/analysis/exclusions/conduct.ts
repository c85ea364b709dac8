import { recordedIds } from '../../records/exclusionRules.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { gatherItems } from '../byItem/items.ts';
import { randomTerms } from '../byStage/answersDesign.ts';
import { curveAnswers } from '../byStage/curveAnswers.ts';
import { observerTests, whatLacks } from '../byStage/mixedInference.ts';
import type { CurveKey } from '../byStage/recognition.ts';
import { waldInteraction } from '../byStage/waldInteraction.ts';
import type { ModelScores, Stimuli } from '../trials/stimuli.ts';

/** How often a mark of conduct stands on analyzed answers of people. */
export interface ConductFlag {
  flag: string;
  answers: number;
  participants: number;
}

/** The main result without some marked answers. */
export interface ConductLine {
  task: string;
  metamerModel: string;
  /** Such as `all that are analyzed`, `without pasted`. */
  answers: string;
  participants: number;
  trials: number;
  /** Share of right answers. */
  proportionCorrect: number;
  /** `observer × stage` against the model that made the metamers, else `stage`; empty where nothing can be tested. */
  effect: string;
  /** For new listeners and new sounds. */
  p: number;
}

/** Marks of how answers came about, and what they do to the main result. Nobody is excluded for them. */
export interface ConductSensitivity {
  flags: ConductFlag[];
  lines: ConductLine[];
}

/** Share of marked answers above which a participant as a whole is left out in one of the lines. */
export const muchMarked = 0.1;

/** Answers up to which a line is tested by a mixed model; above, by the variance over listeners and sources. */
const mostForMixed = 20_000;

/**
 * Repeats the main result without answers that carry each mark, without all of them, and without the people who carry
 * marks on more than a tenth of their answers.
 *
 * @param table - The trials.
 * @param rows - Human rows that are analyzed (1) or not (0).
 * @param options - Curves, stimuli, models, order of stages.
 * @returns Nothing where no analyzed answer is marked.
 */
export function conductSensitivity(
  table: TrialTable,
  rows: Uint8Array,
  options: Options,
): ConductSensitivity {
  const marks = markedRows(table, rows);
  if (marks.size === 0) return { flags: [], lines: [] };
  const any = new Set([...marks.values()].flatMap((own) => [...own]));
  const people = muchMarkedPeople(table, rows, any);
  const without = (isLeftOut: (row: number) => boolean) =>
    rows.map((used, row) => (used && !isLeftOut(row) ? 1 : 0));
  const variants = [
    { answers: 'all that are analyzed', rows },
    ...[...marks].map(([flag, own]) => ({
      answers: `without ${flag}`,
      rows: without((row) => own.has(row)),
    })),
    ...(marks.size > 1 ? [{ answers: 'without any marked', rows: without((row) => any.has(row)) }] : []),
    ...(people.size > 0
      ? [
          {
            answers: `without people marked in over ${100 * muchMarked} %`,
            rows: without((row) => people.has(table.participant.codes[row]!)),
          },
        ]
      : []),
  ];
  return {
    flags: [...marks].map(([flag, own]) => ({
      flag,
      answers: own.size,
      participants: new Set([...own].map((row) => table.participant.codes[row])).size,
    })),
    lines: options.keys.flatMap((key) =>
      variants.map((variant) => lineOf(table, variant, { ...options, key })),
    ),
  };
}

interface Options {
  keys: readonly CurveKey[];
  stimuli: Stimuli;
  models: readonly ModelScores[];
  stageOrder: readonly string[];
}

/** Used rows by mark. */
function markedRows(table: TrialTable, rows: Uint8Array): Map<string, Set<number>> {
  const ids = table.conductFlags.names.map(recordedIds);
  const marked = new Map<string, Set<number>>();
  for (let row = 0; row < table.count; row++)
    if (rows[row])
      for (const flag of ids[table.conductFlags.codes[row]!]!) {
        const own = marked.get(flag) ?? new Set<number>();
        marked.set(flag, own.add(row));
      }
  return marked;
}

function muchMarkedPeople(table: TrialTable, rows: Uint8Array, marked: ReadonlySet<number>): Set<number> {
  const answers = new Map<number, { all: number; marked: number }>();
  for (let row = 0; row < table.count; row++) {
    if (!rows[row]) continue;
    const code = table.participant.codes[row]!;
    const own = answers.get(code) ?? { all: 0, marked: 0 };
    answers.set(code, { all: own.all + 1, marked: own.marked + Number(marked.has(row)) });
  }
  return new Set([...answers].filter(([, own]) => own.marked > muchMarked * own.all).map(([code]) => code));
}

function lineOf(
  table: TrialTable,
  { answers, rows }: { answers: string; rows: Uint8Array },
  { key, stimuli, models, stageOrder }: Options & { key: CurveKey },
): ConductLine {
  const items = gatherItems(table, rows, { key, stimuli, stageOrder });
  const right = items.rows.reduce((sum, row) => sum + table.correct[row]!, 0);
  return {
    ...{ task: key.task, metamerModel: key.metamerModel, answers },
    participants: new Set(items.rows.map((row) => table.participant.codes[row]!)).size,
    trials: items.rows.length,
    proportionCorrect: right / items.rows.length,
    ...mainTest(
      curveAnswers(table, items, models.find(({ observer }) => observer === key.metamerModel) ?? null),
    ),
  };
}

function mainTest(answers: ReturnType<typeof curveAnswers>): Pick<ConductLine, 'effect' | 'p'> {
  if (whatLacks(answers)) return { effect: '', p: Number.NaN };
  const isMixed = answers.observer.includes(1) && answers.right.length <= mostForMixed;
  const tests = isMixed
    ? observerTests(answers, randomTerms(answers), { effects: ['observer × stage'], tolerance: 1e-3 }).tests
    : waldInteraction(answers);
  return { effect: tests[0]!.effect, p: tests[0]!.p };
}
