import type { Random } from '../../../base/random.ts';
import { ones } from '../../../statistics/estimates/resample.ts';
import { type ConfusionCells, confusionCells, confusionLikeness, rowTotals } from '../confusionMatrix.ts';
import type { AgreementAnswers, MeasureValues, ResponseAnswers } from './agreementAnswers.ts';
import { type ResponseSums, responseSums } from './sameAnswers.ts';

/** Answers of a person who stands in for the model at each sound, and of the other listeners. */
export interface StandIns {
  /** Cell of the stand-in's answer to each item; −1 without one. */
  cells: Int32Array;
  /** Weight of the others' answers of each kind, and to each item. */
  kinds: Float64Array;
  items: Float64Array;
}

/**
 * Likeness of confusions: of a person who stands in for the model, and of each model, with the other listeners.
 *
 * Divergences of matrices grow and correlations shrink with fewer answers, so people are compared at the model's number: it
 * answers a sound once, and so does one listener drawn for each sound. Both are held against the answers of the others to the
 * same sounds, each sound counting as often as these answered it.
 *
 * @param answers - The answers, with what was answered.
 * @param random - Draws an order of each sound's listeners: the first who has any weight stands in.
 * @returns The stand-ins by weights of listeners and their sums; and, of these and weights of sources: correlation off the diagonal,
 *   Jensen–Shannon divergence in bits, total variation. NaN where the table does not say what was answered.
 * @see Feather et al. (2025), arXiv 2502.16238 (a model is to be no farther from a person than another person is).
 */
export function standInConfusions(answers: AgreementAnswers, random: Random) {
  const { responses, models, listener, source } = answers;
  const measures = ['offDiagonalCorrelation', 'jensenShannonBits', 'totalVariation'] as const;
  const layout = responses && layoutOf(responses, source.length, random);
  const standIns = (listeners: Float64Array, sums: ResponseSums | null): StandIns | null =>
    layout &&
    standInsOf(responses, layout, {
      weightOf: (i) => listeners[listener[responses.row[i]!]!]!,
      sums: sums!,
    });
  const likeness =
    layout &&
    likenessOf(
      responses,
      layout,
      standIns(ones(answers.listeners), responseSums(answers, ones(answers.listeners)))!,
    );
  return {
    standIns,
    values(drawn: StandIns | null, sources: Float64Array): MeasureValues[] {
      const none = { human: Number.NaN, models: models.map(() => Number.NaN) };
      if (!likeness || !drawn) return measures.map(() => none);
      const { human, ofModels } = likeness(
        drawn,
        Float64Array.from(source, (code) => sources[code]!),
      );
      return measures.map((name) => ({ human: human[name], models: ofModels.map((own) => own[name]) }));
    },
  };
}

/** What does not depend on weights. */
interface Layout {
  cells: ConfusionCells;
  cellsOfKinds: Int32Array;
  /** Cell of each model's answer to each item; −1 without one. */
  cellsOfModels: Int32Array[];
  /** Answers in the order in which their givers stand in, and where those to each item begin. */
  order: Int32Array;
  firstOfItem: Int32Array;
  /** Next answer of the same listener to the same item; after the last the first. */
  next: Int32Array;
}

function layoutOf(responses: ResponseAnswers, items: number, random: Random): Layout {
  const { kind, item, answer, target } = responses;
  const cells = confusionCells(givenAnswers(responses));
  const firstOfItem = new Int32Array(items + 1);
  for (const given of kind) firstOfItem[item[given]! + 1]! += 1;
  for (let at = 0; at < items; at++) firstOfItem[at + 1]! += firstOfItem[at]!;
  const order = new Int32Array(kind.length);
  const free = firstOfItem.slice();
  kind.forEach((given, i) => {
    order[free[item[given]!]!++] = i;
  });
  for (let at = 0; at < items; at++)
    shuffleInPlace(order.subarray(firstOfItem[at]!, firstOfItem[at + 1]!), random);
  return {
    cells,
    cellsOfKinds: Int32Array.from(item, (at, given) => cells.cellOf(target[at]!, answer[given]!)!),
    cellsOfModels: responses.models.map((model) =>
      model.answer.map((code, at) => cells.cellOf(target[at]!, code) ?? -1),
    ),
    order,
    firstOfItem,
    next: nextOfListener(responses),
  };
}

/** Fisher–Yates; a copy of all answers is larger than what else is held of them. */
function shuffleInPlace(values: Int32Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
}

function nextOfListener({ row, answered }: ResponseAnswers): Int32Array {
  const next = Int32Array.from(row.keys());
  const last = new Int32Array(answered.length).fill(-1);
  row.forEach((own, i) => {
    const before = last[own]!;
    if (before >= 0) [next[i], next[before]] = [next[before]!, i];
    last[own] = i;
  });
  return next;
}

function* givenAnswers({ item, answer, target, models }: ResponseAnswers): Generator<[number, number]> {
  for (let kind = 0; kind < item.length; kind++) yield [target[item[kind]!]!, answer[kind]!];
  for (const model of models)
    for (let at = 0; at < target.length; at++)
      if (model.answer[at]! >= 0) yield [target[at]!, model.answer[at]!];
}

/** A stand-in leaves the others with all that she answered to the sound. */
function standInsOf(
  { kind, share }: ResponseAnswers,
  { cellsOfKinds, order, firstOfItem, next }: Layout,
  { weightOf, sums }: { weightOf: (answer: number) => number; sums: ResponseSums },
): StandIns {
  const kinds = sums.kinds.weight.slice();
  const items = sums.answered.weight.slice();
  const cells = new Int32Array(items.length).fill(-1);
  for (let at = 0; at < items.length; at++) {
    let place = firstOfItem[at]!;
    const end = firstOfItem[at + 1]!;
    while (place < end && weightOf(order[place]!) === 0) place += 1;
    if (place === end) continue;
    const drawn = order[place]!;
    cells[at] = cellsOfKinds[kind[drawn]!]!;
    let i = drawn;
    do {
      const weight = weightOf(i) * share[i]!;
      kinds[kind[i]!]! -= weight;
      items[at]! -= weight;
      i = next[i]!;
    } while (i !== drawn);
  }
  return { cells, kinds, items };
}

/** How alike people and models are to the others: of stand-ins and weights of items, those of the whole study known. */
function likenessOf(
  { item }: ResponseAnswers,
  { cells, cellsOfKinds, cellsOfModels }: Layout,
  whole: StandIns,
) {
  const compare = confusionLikeness(cells);
  const toOthers = (heard: Int32Array | null) => {
    const others = new Float64Array(cells.row.length);
    const fillOthers = (kinds: Float64Array, weights: Float64Array) => {
      others.fill(0);
      for (let kind = 0; kind < cellsOfKinds.length; kind++) {
        const at = item[kind]!;
        if (!heard || heard[at]! >= 0) others[cellsOfKinds[kind]!]! += weights[at]! * kinds[kind]!;
      }
    };
    fillOthers(whole.kinds, ones(whole.items.length));
    const wholes = rowTotals(cells, others);
    return (kinds: Float64Array, weights: Float64Array) => {
      fillOthers(kinds, weights);
      return compare(others, wholes);
    };
  };
  const toAll = toOthers(null);
  // A sound that the model did not answer is left out of what it is held against.
  const toHeard = cellsOfModels.map((own) => (own.includes(-1) ? toOthers(own) : null));
  return ({ cells: ofStandIns, kinds, items }: StandIns, weights: Float64Array) => {
    const answered = weights.map((weight, at) => weight * items[at]!);
    const likeness = toAll(kinds, weights);
    return {
      human: likeness(ofStandIns, answered),
      ofModels: cellsOfModels.map((own, m) => (toHeard[m]?.(kinds, weights) ?? likeness)(own, answered)),
    };
  };
}
