import { numberOf } from '../../base/groups.ts';
import { naturalCondition } from '../../records/conditions.ts';
import { type KnownStageOrder, orderStages } from '../../records/stageOrder.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import { type ModelScores, type Stimuli, shareCorrect } from '../trials/stimuli.ts';

/** The name of the level of unaltered sounds: that of their condition. */
export const naturalLevel = naturalCondition;

/** Which rows make one curve: a task and the model whose metamers were heard. */
export interface CurveKey {
  task: string;
  /** Model that made the metamers; empty when only natural sounds were heard. */
  metamerModel: string;
}

/** Recognition of each participant at each level, and of each model on exactly the same trials. */
export interface Recognition extends CurveKey {
  /** `natural` if it was heard, then the stages in processing order. */
  levels: readonly string[];
  participants: readonly string[];
  /** Shape [participants, levels]: trials and correct answers of the humans. */
  trials: Float64Array;
  correct: Float64Array;
  models: readonly YokedModel[];
}

/** A model scored on the trials that each participant heard. */
export interface YokedModel {
  observer: string;
  /** Shape [participants, levels]: trials that the model has an answer for, and (mean) correct answers. */
  trials: Float64Array;
  correct: Float64Array;
  /** Share of the humans' trials that the model has an answer for. */
  coverage: number;
}

/**
 * The curves that a table holds.
 *
 * @param table - The trials.
 * @param rows - Rows to use (1) or not (0).
 * @returns Every task × metamer model with human trials, in order of first appearance.
 */
export function curveKeys(table: TrialTable, rows: Uint8Array): CurveKey[] {
  const seen = new Map<string, CurveKey>();
  const naturalTasks = new Set<string>();
  for (let row = 0; row < table.count; row++) {
    if (!rows[row]) continue;
    const task = nameAt(table.task, row);
    const metamerModel = nameAt(table.metamerModel, row);
    if (isNatural(table, row)) naturalTasks.add(task);
    else if (hasStage(table, row)) seen.set(`${task}\n${metamerModel}`, { task, metamerModel });
  }
  const keys = [...seen.values()];
  for (const task of naturalTasks)
    if (!keys.some((key) => key.task === task)) keys.push({ task, metamerModel: '' });
  return keys;
}

/** Whether a row is an unaltered sound without added noise. */
function isNatural(table: TrialTable, row: number): boolean {
  return nameAt(table.condition, row) === naturalLevel;
}

function hasStage(table: TrialTable, row: number): boolean {
  return nameAt(table.stage, row) !== '';
}

/**
 * Recognition by participant and level of one curve.
 *
 * @param table - The trials.
 * @param rows - Rows of humans to use (1) or not (0).
 * @param options - The curve, the stimuli, the models' answers and the stages' order.
 * @returns Counts by participant and level; participants in order of first appearance.
 */
export function recognitionOf(
  table: TrialTable,
  rows: Uint8Array,
  options: {
    key: CurveKey;
    stimuli: Stimuli;
    models: readonly ModelScores[];
    stageOrder?: readonly string[];
  },
): Recognition {
  const { key, stimuli, models } = options;
  const used = rowsOfCurve(table, rows, key);
  const { levels, levelOf } = levelsOf(table, used, {
    stated: options.stageOrder,
    recorded: table.stagePlaces.get(key.metamerModel),
  });
  const participantOf = new Map<number, number>();
  for (const row of used) numberOf(participantOf, table.participant.codes[row]!);
  const cells = participantOf.size * levels.length;
  const human = { trials: new Float64Array(cells), correct: new Float64Array(cells) };
  const yoked = models.map(() => ({ trials: new Float64Array(cells), correct: new Float64Array(cells) }));
  for (const row of used) {
    const cell = participantOf.get(table.participant.codes[row]!)! * levels.length + levelOf(row);
    human.trials[cell]! += 1;
    human.correct[cell]! += table.correct[row]!;
    const stimulus = stimuli.ofRow[row]!;
    models.forEach((scores, i) => {
      if (scores.trials[stimulus] === 0) return;
      yoked[i]!.trials[cell]! += 1;
      yoked[i]!.correct[cell]! += shareCorrect(scores, table.participant.codes[row]!, stimulus);
    });
  }
  const total = used.length;
  return {
    ...key,
    levels,
    participants: [...participantOf.keys()].map((code) => table.participant.names[code]!),
    ...human,
    models: models
      .map(({ observer }, i) => ({
        observer,
        ...yoked[i]!,
        coverage: yoked[i]!.trials.reduce((sum, value) => sum + value, 0) / total,
      }))
      .filter(({ coverage }) => coverage > 0),
  };
}

/**
 * Rows of a curve: its metamers and the task's natural sounds.
 *
 * @param table - The trials.
 * @param rows - Rows to use (1) or not (0).
 * @param key - The curve.
 * @returns Row numbers, ascending.
 */
export function rowsOfCurve(table: TrialTable, rows: Uint8Array, key: CurveKey): Int32Array {
  const task = table.task.names.indexOf(key.task);
  const model = table.metamerModel.names.indexOf(key.metamerModel);
  const selected: number[] = [];
  for (let row = 0; row < table.count; row++) {
    if (!rows[row] || table.task.codes[row] !== task) continue;
    const ofModel = hasStage(table, row) && table.metamerModel.codes[row] === model;
    if (ofModel || isNatural(table, row)) selected.push(row);
  }
  return Int32Array.from(selected);
}

function levelsOf(table: TrialTable, used: Int32Array, known: KnownStageOrder) {
  const stages = new Set<number>();
  let natural = false;
  for (const row of used) {
    if (hasStage(table, row)) stages.add(table.stage.codes[row]!);
    else natural = true;
  }
  const { stages: names } = orderStages(
    [...stages].map((code) => table.stage.names[code]!),
    known,
  );
  const levels = natural ? [naturalLevel, ...names] : names;
  const place = new Int32Array(table.stage.names.length);
  table.stage.names.forEach((name, code) => {
    place[code] = name === '' ? 0 : levels.indexOf(name);
  });
  return { levels, levelOf: (row: number) => place[table.stage.codes[row]!]! };
}
