import { numberOf } from '../../base/groups.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import type { Weights } from '../../statistics/estimates/resample.ts';
import type { LevelCounts } from '../../statistics/psychometric/likelihood.ts';

/** Answers of one observer in one background: a psychometric function's data. */
export interface NoiseCurveAnswers {
  background: string;
  observer: string;
  /** Signal-to-noise ratios, dB, in rising order. */
  snrsDb: readonly number[];
  /** Of each answer: listener, numbered from 0 (a model: −1), source, index into `snrsDb`, right or wrong. */
  listener: Int32Array;
  source: Int32Array;
  level: Int32Array;
  right: Uint8Array;
}

/** All answers to sounds in noise of one task; its curves share listeners and sources. */
export interface NoiseAnswers {
  task: string;
  listeners: number;
  sources: number;
  curves: NoiseCurveAnswers[];
}

/**
 * Gathers answers to sounds in noise by task, background and observer.
 *
 * @param table - The trials.
 * @param humanRows - Rows of humans to use (1) or not (0); all rows of models are used.
 * @returns One entry a task; metamers and sounds without noise are left out.
 */
export function noiseAnswers(table: TrialTable, humanRows: Uint8Array): NoiseAnswers[] {
  const human = table.observer.names.indexOf('human');
  const tasks = new Map<number, Map<string, number[]>>();
  for (let row = 0; row < table.count; row++) {
    if (Number.isNaN(table.snrDb[row]!) || (table.observer.codes[row] === human && !humanRows[row])) continue;
    if (nameAt(table.stage, row) !== '') continue;
    const groups = tasks.get(table.task.codes[row]!) ?? new Map<string, number[]>();
    tasks.set(table.task.codes[row]!, groups);
    const key = `${table.background.codes[row]} ${table.observer.codes[row]}`;
    const rows = groups.get(key) ?? [];
    groups.set(key, rows);
    rows.push(row);
  }
  return [...tasks].map(([task, groups]) => {
    const listeners = new Map<number, number>();
    const sources = new Map<number, number>();
    const curves = [...groups.values()].map((rows) => curveOf(table, rows, { listeners, sources, human }));
    return {
      task: table.task.names[task]!,
      listeners: listeners.size,
      sources: sources.size,
      curves,
    };
  });
}

function curveOf(
  table: TrialTable,
  rows: readonly number[],
  codes: { listeners: Map<number, number>; sources: Map<number, number>; human: number },
): NoiseCurveAnswers {
  const [first] = rows;
  const isHuman = table.observer.codes[first!] === codes.human;
  const snrsDb = [...new Set(rows.map((row) => table.snrDb[row]!))].sort((a, b) => a - b);
  return {
    background: nameAt(table.background, first!),
    observer: nameAt(table.observer, first!),
    snrsDb,
    listener: Int32Array.from(rows, (row) =>
      isHuman ? numberOf(codes.listeners, table.participant.codes[row]!) : -1,
    ),
    source: Int32Array.from(rows, (row) => numberOf(codes.sources, table.source.codes[row]!)),
    level: Int32Array.from(rows, (row) => snrsDb.indexOf(table.snrDb[row]!)),
    right: Uint8Array.from(rows, (row) => table.correct[row]!),
  };
}

/**
 * Counts by signal-to-noise ratio.
 *
 * @param curve - The answers.
 * @param weights - Weights of listeners and sources; each answer counts once unless told.
 * @returns Right answers and trials at each ratio.
 */
export function noiseCounts(
  { snrsDb, listener, source, level, right }: NoiseCurveAnswers,
  weights?: Weights,
): LevelCounts[] {
  const counts = snrsDb.map((x) => ({ x, correct: 0, trials: 0 }));
  for (let i = 0; i < right.length; i++) {
    const who = listener[i]!;
    const weight = weights ? (who < 0 ? 1 : weights.listeners[who]!) * weights.sources[source[i]!]! : 1;
    const own = counts[level[i]!]!;
    own.trials += weight;
    own.correct += weight * right[i]!;
  }
  return counts;
}
