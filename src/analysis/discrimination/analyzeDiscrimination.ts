import { numberOf } from '../../base/groups.ts';
import type { Random } from '../../base/random.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import { type CurveKey, naturalLevel, rowsOfCurve } from '../byStage/recognition.ts';
import { differentAnswer, type TaskDesign } from './design.ts';
import { forcedChoiceLevels, type LevelChoice } from './forcedChoice.ts';
import { type LevelDetection, type PairAnswers, sameDifferentLevels } from './sameDifferent.ts';

/** How well one observer tells sounds apart. */
export interface ObserverDiscrimination {
  observer: string;
  /** 0 for a model. */
  listeners: number;
  sources: number;
  trials: number;
  /** Same–different and detection: by level, and the standard deviation of the listeners' criteria. */
  detection: LevelDetection[];
  criterionSd: number;
  /** Forced choice: by level. */
  choice: LevelChoice[];
}

/** A task in which sounds are told apart, not recognized, with one model's metamers. */
export interface Discrimination extends CurveKey {
  design: Exclude<TaskDesign, 'recognition'>;
  /** Number of alternatives of a forced choice; null where it is not known. */
  alternatives: number | null;
  /** `human` first. */
  observers: ObserverDiscrimination[];
  notes: string[];
}

interface Options {
  key: CurveKey;
  design: Discrimination['design'];
  alternatives: number | null;
  /** Levels that humans heard, in order. */
  levels: readonly string[];
  random: Random;
  resamples: number;
}

/**
 * Sensitivity of people and models by level of one model's metamers.
 *
 * @param table - The trials.
 * @param rows - Rows of humans to use (1) or not (0); all rows of models of the main block are used.
 * @param options - Task and metamer model, its design, how to resample.
 */
export function analyzeDiscrimination(table: TrialTable, rows: Uint8Array, options: Options): Discrimination {
  const { key, design, alternatives } = options;
  const main = table.block.names.indexOf('main');
  const human = table.observer.names.indexOf('human');
  const observers = table.observer.names.flatMap((observer, code): ObserverDiscrimination[] => {
    const isOwn = (row: number) =>
      table.observer.codes[row] === code &&
      (code === human ? rows[row] === 1 : table.block.codes[row] === main);
    const own = Uint8Array.from({ length: table.count }, (_, row) => (isOwn(row) ? 1 : 0));
    const used = rowsOfCurve(table, own, key).filter((row) => answerOf(table, row) !== '');
    return used.length === 0 ? [] : [observerDiscrimination(table, used, { ...options, observer })];
  });
  const unanswered = rowsOfCurve(table, rows, key).filter((row) => answerOf(table, row) === '').length;
  return {
    ...key,
    design,
    alternatives,
    observers: observers.sort((a, b) => Number(b.observer === 'human') - Number(a.observer === 'human')),
    notes: [
      ...(unanswered > 0 ? [`${unanswered} trials without an answer are left out.`] : []),
      ...(design === 'forced-choice' && alternatives === null
        ? [
            `How many alternatives ${key.task} offers is not known, so that there is no d′: state its chance level in the configuration or give the study.`,
          ]
        : []),
    ],
  };
}

const answerOf = (table: TrialTable, row: number) => nameAt(table.response, row);

function observerDiscrimination(
  table: TrialTable,
  used: Int32Array,
  { observer, design, ...options }: Options & { observer: string },
): ObserverDiscrimination {
  const isHuman = observer === 'human';
  const listener = numbered(used.map((row) => table.participant.codes[row]!));
  const source = numbered(used.map((row) => table.source.codes[row]!));
  const { levels } = options;
  const place = used.map((row) => levels.indexOf(nameAt(table.stage, row) || naturalLevel));
  const shared = {
    listener: isHuman ? listener.codes : new Int32Array(used.length).fill(-1),
    listeners: isHuman ? listener.count : 0,
    source: source.codes,
    sources: source.count,
  };
  const result = {
    observer,
    listeners: shared.listeners,
    sources: source.count,
    trials: used.length,
    detection: [],
    criterionSd: Number.NaN,
    choice: [],
  };
  if (design === 'forced-choice') {
    const correct = Uint8Array.from(used, (row) => table.correct[row]!);
    return {
      ...result,
      choice: forcedChoiceLevels({ ...shared, level: place, correct }, levels, options.alternatives),
    };
  }
  const differing = levels.filter((level) => level !== naturalLevel);
  const different = differentAnswer(table, options.key.task);
  const isDifferent = (answer: string) => answer.toLowerCase() === different;
  const answers: PairAnswers = {
    ...shared,
    level: used.map((row, i) =>
      isDifferent(nameAt(table.target, row)) ? differing.indexOf(levels[place[i]!]!) : -1,
    ),
    saysDifferent: Uint8Array.from(used, (row) => (isDifferent(answerOf(table, row)) ? 1 : 0)),
  };
  const isOfPairs = design === 'same-different';
  const { levels: detection, criterionSd } = sameDifferentLevels(answers, differing, {
    ...{ ...options, isOfPairs },
  });
  return { ...result, detection, criterionSd };
}

/** Codes numbered from 0 in order of first appearance. */
function numbered(codes: Int32Array): { codes: Int32Array; count: number } {
  const known = new Map<number, number>();
  return { codes: codes.map((code) => numberOf(known, code)), count: known.size };
}
