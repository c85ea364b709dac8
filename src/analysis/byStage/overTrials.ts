import type { TrialTable } from '../../records/trialTable.ts';
import { mean, median, standardDeviation } from '../../statistics/estimates/descriptive.ts';
import { type Interval, noInterval } from '../../statistics/estimates/proportion.ts';
import { tQuantile } from '../../statistics/special/distributions.ts';
import type { CurveKey } from '../byStage/recognition.ts';
import { naturalLevel, rowsOfCurve } from '../byStage/recognition.ts';

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
  const used = rowsOfCurve(table, rows, key);
  const trials = Array.from(used, (row) => ({
    participant: table.participant.codes[row]!,
    level: levels.indexOf(table.stage.names[table.stage.codes[row]!]! || naturalLevel),
    correct: table.correct[row]!,
    rtMs: table.rtMs[row]!,
    index: table.trialIndex[row]!,
    stimulus: stimulusOfRow[row]!,
  }));
  const people = grouped(trials, ({ participant }) => participant);
  return {
    times: levels.map((level, k) => levelTimes(level, k, people)),
    learning: learningOf(trials, people, levels.length),
    lists: listsOf(people),
  };
}

interface Trial {
  participant: number;
  level: number;
  correct: number;
  rtMs: number;
  index: number;
  stimulus: number;
}

function levelTimes(level: string, k: number, people: readonly Trial[][]): LevelTimes {
  const medians = (isCounted: (trial: Trial) => boolean) =>
    people
      .map((own) =>
        median(
          own.filter((trial) => trial.level === k && trial.rtMs >= 0 && isCounted(trial)).map((t) => t.rtMs),
        ),
      )
      .filter((value) => !Number.isNaN(value));
  const all = medians(() => true);
  return {
    level,
    participants: all.length,
    medianMs: mean(all),
    interval: meanInterval(all),
    medianRightMs: mean(medians(({ correct }) => correct === 1)),
    medianWrongMs: mean(medians(({ correct }) => correct === 0)),
  };
}

function learningOf(trials: readonly Trial[], people: readonly Trial[][], levels: number): Learning {
  const means = Array.from({ length: levels }, (_, k) =>
    mean(trials.filter(({ level }) => level === k).map(({ correct }) => correct)),
  );
  const slopes = people.map((own) => gainOf(own, means)).filter((slope) => !Number.isNaN(slope));
  return { participants: slopes.length, gain: mean(slopes), interval: meanInterval(slopes) };
}

/** Least-squares slope of what a level's mean leaves, over the session from 0 to 1. */
function gainOf(own: readonly Trial[], means: readonly number[]): number {
  const indices = own.map(({ index }) => index);
  const first = indices.reduce((least, index) => Math.min(least, index), Number.POSITIVE_INFINITY);
  const last = indices.reduce((most, index) => Math.max(most, index), Number.NEGATIVE_INFINITY);
  const place = indices.map((index) => (index - first) / (last - first));
  const rest = own.map(({ correct, level }) => correct - means[level]!);
  const [placeMean, restMean] = [mean(place), mean(rest)];
  const squares = place.reduce((sum, x) => sum + (x - placeMean) ** 2, 0);
  return place.reduce((sum, x, i) => sum + (x - placeMean) * (rest[i]! - restMean), 0) / squares;
}

/** Participants who heard the same sounds. */
function listsOf(people: readonly Trial[][]): ListRecognition[] {
  const lists = new Map<string, { sounds: number; proportions: number[] }>();
  for (const own of people) {
    const sounds = [...new Set(own.map(({ stimulus }) => stimulus))].sort((a, b) => a - b);
    const list = lists.get(sounds.join()) ?? { sounds: sounds.length, proportions: [] };
    lists.set(sounds.join(), list);
    list.proportions.push(mean(own.map(({ correct }) => correct)));
  }
  if (lists.size === people.length) return [];
  return [...lists.values()].map(({ sounds, proportions }, i) => ({
    list: i + 1,
    participants: proportions.length,
    sounds,
    proportionCorrect: mean(proportions),
  }));
}

function meanInterval(values: readonly number[]): Interval {
  if (values.length < 2) return noInterval;
  const half = (tQuantile(0.975, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
  return { low: mean(values) - half, high: mean(values) + half };
}

function grouped(trials: readonly Trial[], of: (trial: Trial) => number): Trial[][] {
  const groups = new Map<number, Trial[]>();
  for (const trial of trials) {
    const group = groups.get(of(trial));
    if (group) group.push(trial);
    else groups.set(of(trial), [trial]);
  }
  return [...groups.values()];
}
