import type { TrialTable } from './trialTable.ts';

/** The distinct sounds of a table: one per task, source and condition. */
export interface Stimuli {
  count: number;
  /** Stimulus of each row. */
  ofRow: Int32Array;
  /** A row of each stimulus, to look its columns up. */
  firstRow: Int32Array;
}

/** What one model answered to each stimulus. */
export interface ModelScores {
  observer: string;
  /** Records per stimulus; 0 where the model never heard it. */
  trials: Uint32Array;
  correct: Uint32Array;
  /** First recorded answer, an index into the table's answers; −1 where there is none. */
  response: Int32Array;
}

/**
 * Numbers the distinct sounds of a table.
 *
 * @param table - The trials.
 * @returns The stimuli.
 */
export function numberStimuli(table: TrialTable): Stimuli {
  const { task, source, condition } = table;
  const ofRow = new Int32Array(table.count);
  const firstRow: number[] = [];
  const known = new Map<number, number>();
  for (let row = 0; row < table.count; row++) {
    const key =
      (task.codes[row]! * condition.names.length + condition.codes[row]!) * source.names.length +
      source.codes[row]!;
    let stimulus = known.get(key);
    if (stimulus === undefined) {
      stimulus = firstRow.length;
      known.set(key, stimulus);
      firstRow.push(row);
    }
    ofRow[row] = stimulus;
  }
  return { count: firstRow.length, ofRow, firstRow: Int32Array.from(firstRow) };
}

/**
 * Gathers every model's answers by stimulus, over all blocks.
 *
 * @param table - The trials of humans and models.
 * @param stimuli - Its stimuli.
 * @returns One entry per model, in order of first appearance.
 */
export function gatherModelScores(table: TrialTable, stimuli: Stimuli): ModelScores[] {
  const models = table.observer.names.map((observer): ModelScores | null =>
    observer === 'human'
      ? null
      : {
          observer,
          trials: new Uint32Array(stimuli.count),
          correct: new Uint32Array(stimuli.count),
          response: new Int32Array(stimuli.count).fill(-1),
        },
  );
  for (let row = 0; row < table.count; row++) {
    const scores = models[table.observer.codes[row]!];
    if (!scores) continue;
    const stimulus = stimuli.ofRow[row]!;
    scores.trials[stimulus]! += 1;
    scores.correct[stimulus]! += table.correct[row]!;
    if (scores.response[stimulus]! < 0) scores.response[stimulus] = table.response.codes[row]!;
  }
  return models.filter((scores) => scores !== null);
}

/**
 * Rows of humans in the main block.
 *
 * @param table - The trials.
 * @returns 1 for such rows, 0 for others.
 */
export function humanMainRows(table: TrialTable): Uint8Array {
  const human = table.observer.names.indexOf('human');
  const main = table.block.names.indexOf('main');
  return Uint8Array.from({ length: table.count }, (_, row) =>
    table.observer.codes[row] === human && table.block.codes[row] === main ? 1 : 0,
  );
}
