import { groupedBy } from '../../base/groups.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { slope } from '../../statistics/estimates/correlation.ts';
import { mean, median, standardDeviation } from '../../statistics/estimates/descriptive.ts';
import { type Interval, noInterval } from '../../statistics/estimates/proportion.ts';
import { tQuantile } from '../../statistics/special/distributions.ts';
import { type CurveKey, naturalLevel, rowsOfCurve } from './recognition.ts';

/** How long listeners took to answer at one level. */
export interface LevelTimes {
  level: string;
  participants: number;
  /** Mean over participants of their medians, ms, with its 95 % interval (t over participants); NaN with one. */
  medianMs: number;
  interval: Interval;
  /** The same of right and of wrong answers alone. */
  medianRightMs: number;
  medianWrongMs: number;
}

/** Change of recognition over the session. */
export interface Learning {
  participants: number;
  /** Proportion correct gained from first to last trial, each level's mean removed; mean over participants. */
  gain: number;
  /** 95 %, t over participants; NaN with one. */
  interval: Interval;
}

/** Recognition by those who heard the same sounds. */
export interface ListRecognition {
  /** Number of the list, from 1, in order of first appearance. */
  list: number;
  participants: number;
  sounds: number;
  /** Mean over participants of their proportions correct. */
  proportionCorrect: number;
}

/** What one curve's trials tell besides recognition. */
export interface OverTrials {
  times: LevelTimes[];
  learning: Learning;
  /** Empty where no two participants heard the same sounds. */
  lists: ListRecognition[];
}

/**
 * Response times by level, learning over the session, and differences between lists of one curve's humans.
 *
 * @param rows - Rows of humans to use (1) or not (0).
 * @param options - The curve, its levels in order, the stimulus of each row.
 */
export function overTrials(
  table: TrialTable,
  rows: Uint8Array,
  { key, levels, stimulusOfRow }: { key: CurveKey; levels: readonly string[]; stimulusOfRow: Int32Array },
): OverTrials {
  const levelOfStage = table.stage.names.map((name) => levels.indexOf(name || naturalLevel));
  const trialOf = (row: number): Trial => ({
    level: levelOfStage[table.stage.codes[row]!]!,
    correct: table.correct[row]!,
    rtMs: table.rtMs[row]!,
    index: table.trialIndex[row]!,
    stimulus: stimulusOfRow[row]!,
  });
  const people = groupedBy(rowsOfCurve(table, rows, key), (row) => table.participant.codes[row]!);
  // One person's trials at a time: those of all would fill the memory with objects.
  const ofEach = <T>(make: (own: readonly Trial[]) => T) =>
    [...people.values()].map((own) => make(own.map(trialOf)));
  const all = ofEach((own) => personOf(own, levels.length));
  const means = levels.map((_, k) => {
    const sum = (of: (person: Person) => number[]) => all.reduce((total, own) => total + of(own)[k]!, 0);
    return sum(({ right }) => right) / sum(({ trials }) => trials);
  });
  return {
    times: levels.map((level, k) =>
      levelTimes(
        level,
        all.map(({ medians }) => medians[k]!),
      ),
    ),
    learning: learningOf(ofEach((own) => gainOf(own, means))),
    lists: listsOf(all),
  };
}

interface Trial {
  level: number;
  correct: number;
  rtMs: number;
  index: number;
  stimulus: number;
}

/** What is kept of one person. */
interface Person {
  /** Medians of response times of all, right and wrong answers by level, ms; NaN without any. */
  medians: { all: number; right: number; wrong: number }[];
  /** Trials by level, and how many of them are right. */
  trials: number[];
  right: number[];
  proportionCorrect: number;
  /** Sounds heard, ascending, joined; and how many. */
  list: string;
  sounds: number;
}

function personOf(own: readonly Trial[], levels: number): Person {
  const at = Array.from({ length: levels }, (_, k) => own.filter(({ level }) => level === k));
  const medianOf = (trials: readonly Trial[]) =>
    median(trials.filter(({ rtMs }) => rtMs >= 0).map(({ rtMs }) => rtMs));
  const isRight = ({ correct }: Trial) => correct === 1;
  const sounds = [...new Set(own.map(({ stimulus }) => stimulus))].sort((a, b) => a - b);
  return {
    medians: at.map((trials) => ({
      all: medianOf(trials),
      right: medianOf(trials.filter(isRight)),
      wrong: medianOf(trials.filter((trial) => !isRight(trial))),
    })),
    trials: at.map(({ length }) => length),
    right: at.map((trials) => trials.filter(isRight).length),
    proportionCorrect: mean(own.map(({ correct }) => correct)),
    list: sounds.join(),
    sounds: sounds.length,
  };
}

function levelTimes(level: string, medians: readonly Person['medians'][number][]): LevelTimes {
  const known = (values: number[]) => values.filter((value) => !Number.isNaN(value));
  const all = known(medians.map((own) => own.all));
  return {
    level,
    participants: all.length,
    medianMs: mean(all),
    interval: meanInterval(all),
    medianRightMs: mean(known(medians.map(({ right }) => right))),
    medianWrongMs: mean(known(medians.map(({ wrong }) => wrong))),
  };
}

function learningOf(gains: readonly number[]): Learning {
  const slopes = gains.filter((slope) => !Number.isNaN(slope));
  return { participants: slopes.length, gain: mean(slopes), interval: meanInterval(slopes) };
}

/** Least-squares slope of what a level's mean leaves, over the session from 0 to 1. */
function gainOf(own: readonly Trial[], means: readonly number[]): number {
  const indices = own.map(({ index }) => index);
  const first = indices.reduce((least, index) => Math.min(least, index), Number.POSITIVE_INFINITY);
  const last = indices.reduce((most, index) => Math.max(most, index), Number.NEGATIVE_INFINITY);
  const place = indices.map((index) => (index - first) / (last - first));
  const rest = own.map(({ correct, level }) => correct - means[level]!);
  return slope(place, rest);
}

/** Participants who heard the same sounds. */
function listsOf(people: readonly Person[]): ListRecognition[] {
  const lists = groupedBy(people, ({ list }) => list);
  if (lists.size === people.length) return [];
  return [...lists.values()].map((own, i) => ({
    list: i + 1,
    participants: own.length,
    sounds: own[0]!.sounds,
    proportionCorrect: mean(own.map(({ proportionCorrect }) => proportionCorrect)),
  }));
}

function meanInterval(values: readonly number[]): Interval {
  if (values.length < 2) return noInterval;
  const half = (tQuantile(0.975, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
  return { low: mean(values) - half, high: mean(values) + half };
}
