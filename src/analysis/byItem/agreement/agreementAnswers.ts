/** Answers of humans to the sounds of a curve, and the models' scores of the same sounds. */
export interface AgreementAnswers {
  /** Of each listener and item, numbered from 0: the share of right answers, 0 or 1 for who heard it once. By item. */
  listener: Int32Array;
  item: Int32Array;
  correct: Float64Array;
  /** How often that listener heard that item. */
  times: Int32Array;
  listeners: number;
  /** Of each item: source and level, numbered from 0. */
  source: Int32Array;
  level: Int32Array;
  sources: number;
  levels: readonly string[];
  /** Each model's share of right answers to each item, in [0, 1]; NaN where it has none. */
  models: readonly Float64Array[];
  /** What was answered; null where the table does not say. */
  responses: ResponseAnswers | null;
}

/** What humans and models answered to the sounds of a curve. */
export interface ResponseAnswers {
  /** Of each answer that a listener gave to an item: the row of `AgreementAnswers`, its share of that row's hearings, and its kind. */
  row: Int32Array;
  share: Float64Array;
  kind: Int32Array;
  /** Of each kind, an answer to an item: the item, the answer's code. */
  item: Int32Array;
  answer: Int32Array;
  /** Number of codes. */
  answers: number;
  /** Of each row: the share of its hearings that were answered, and wrongly. */
  answered: Float64Array;
  wrong: Float64Array;
  /** Right answer to each item. */
  target: Int32Array;
  /** Each model's answer to each item; −1 where it has none. And the kind that it is of, −1 where no listener gave it. */
  models: readonly { answer: Int32Array; kind: Int32Array }[];
}

/** Weighted sums over the listeners of each item. */
export interface ItemSums {
  weight: Float64Array;
  right: Float64Array;
  squaredWeight: Float64Array;
  squaredRight: Float64Array;
}

/** A value of humans with one another, and of each model with humans. */
export interface MeasureValues {
  human: number;
  models: number[];
}

/**
 * Sums over listeners of each item.
 *
 * @param answers - One row a listener and item, in order of items.
 * @param weights - Weight of each listener.
 * @returns Sums of weights and of right answers, and of their squares, which are pairs of one person.
 */
export function itemSums(
  { listener, item, correct, source }: AgreementAnswers,
  weights: Float64Array,
): ItemSums {
  const zeros = () => new Float64Array(source.length);
  const sums: ItemSums = {
    weight: zeros(),
    right: zeros(),
    squaredWeight: zeros(),
    squaredRight: zeros(),
  };
  for (let row = 0; row < item.length; row++) {
    const weight = weights[listener[row]!]!;
    const at = item[row]!;
    const right = weight * correct[row]!;
    sums.weight[at]! += weight;
    sums.squaredWeight[at]! += weight * weight;
    sums.right[at]! += right;
    sums.squaredRight[at]! += right * right;
  }
  return sums;
}
