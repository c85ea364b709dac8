import type { TrialTable } from '../../records/trialTable.ts';

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
  /** Sum over the records of the probability given to the target; NaN where a record tells none. */
  probability: Float64Array;
  /** First recorded answer, an index into the table's answers; −1 where there is none. */
  response: Int32Array;
  /** Records that stand under a listener's name: the model's answers to that listener's very trials, by listener and stimulus. */
  yoked: Map<number, { trials: number; correct: number }>;
  /** Number of stimuli, for the keys of `yoked`. */
  stimuli: number;
}

/**
 * Share of right answers of a model to what one listener heard.
 *
 * @param scores - The model's answers.
 * @param participant - The listener's code.
 * @returns That listener's own records if there are any, else all records of the stimulus; NaN without any.
 */
export function shareCorrect(scores: ModelScores, participant: number, stimulus: number): number {
  const own = scores.yoked.get(participant * scores.stimuli + stimulus);
  return own ? own.correct / own.trials : scores.correct[stimulus]! / scores.trials[stimulus]!;
}

/**
 * A model's score of one sound, however often it heard it.
 *
 * @param scores - The model's answers.
 * @param kind - `answers`: the share of right answers, 0 or 1 for a single one; `probability`: what it gives to the target.
 * @returns In [0, 1]; NaN where the model has none.
 */
export function modelScore(scores: ModelScores, stimulus: number, kind: ScoreKind): number {
  const sum = kind === 'answers' ? scores.correct : scores.probability;
  return scores.trials[stimulus]! > 0 ? sum[stimulus]! / scores.trials[stimulus]! : Number.NaN;
}

/** What a model's score of a sound is made of. */
export type ScoreKind = 'answers' | 'probability';

/**
 * Numbers the distinct sounds of a table.
 *
 * @param table - The trials.
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
          probability: new Float64Array(stimuli.count),
          response: new Int32Array(stimuli.count).fill(-1),
          yoked: new Map(),
          stimuli: stimuli.count,
        },
  );
  const isListener = listeners(table);
  for (let row = 0; row < table.count; row++) {
    const scores = models[table.observer.codes[row]!];
    if (!scores) continue;
    const stimulus = stimuli.ofRow[row]!;
    scores.trials[stimulus]! += 1;
    scores.correct[stimulus]! += table.correct[row]!;
    scores.probability[stimulus]! += table.targetProbability[row]!;
    if (scores.response[stimulus]! < 0) scores.response[stimulus] = table.response.codes[row]!;
    const participant = table.participant.codes[row]!;
    if (isListener[participant])
      yokeInto(scores, participant * stimuli.count + stimulus, table.correct[row]!);
  }
  return models.filter((scores) => scores !== null);
}

/** Whether each participant has trials of a human. */
function listeners(table: TrialTable): Uint8Array {
  const human = table.observer.names.indexOf('human');
  const isListener = new Uint8Array(table.participant.names.length);
  for (let row = 0; row < table.count; row++)
    if (table.observer.codes[row] === human) isListener[table.participant.codes[row]!] = 1;
  return isListener;
}

function yokeInto({ yoked }: ModelScores, key: number, correct: number): void {
  const own = yoked.get(key) ?? { trials: 0, correct: 0 };
  yoked.set(key, own);
  own.trials += 1;
  own.correct += correct;
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
