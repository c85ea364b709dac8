/** What each listener makes of each item: one entry a listener and item, however often that listener heard it. */
export interface ListenerAnswers {
  /** Of each entry: the listener's code, the item, how often it was heard, the share of right answers. By item. */
  listener: Int32Array;
  item: Int32Array;
  times: Int32Array;
  share: Float64Array;
  /** First entry of each item, and behind them all the number of entries. */
  firstOfItem: Int32Array;
  /** Entry that each trial belongs to. */
  entryOfTrial: Int32Array;
}

/**
 * Gathers trials by listener and item, so that somebody who hears a sound twice stays one person.
 *
 * @param trials - Item, listener and correctness of each trial.
 * @param items - Number of items.
 * @param listeners - Number of listeners' codes.
 * @returns The entries, ordered by item.
 */
export function listenerAnswers(
  trials: { item: Int32Array; listener: Int32Array; correct: Uint8Array },
  items: number,
  listeners: number,
): ListenerAnswers {
  const order = orderByItem(trials.item, items);
  const entryOfListener = new Int32Array(listeners).fill(-1);
  const itemOfListener = new Int32Array(listeners).fill(-1);
  const entryOfTrial = new Int32Array(order.length);
  const entries = { listener: new Int32Array(order.length), item: new Int32Array(order.length) };
  const times = new Int32Array(order.length);
  const right = new Float64Array(order.length);
  const firstOfItem = new Int32Array(items + 1);
  let count = 0;
  for (const trial of order) {
    const [item, listener] = [trials.item[trial]!, trials.listener[trial]!];
    if (itemOfListener[listener] !== item) {
      itemOfListener[listener] = item;
      entryOfListener[listener] = count;
      entries.listener[count] = listener;
      entries.item[count] = item;
      count += 1;
      firstOfItem[item + 1] = count;
    }
    const entry = entryOfListener[listener]!;
    entryOfTrial[trial] = entry;
    times[entry]! += 1;
    right[entry]! += trials.correct[trial]!;
  }
  return {
    listener: entries.listener.slice(0, count),
    item: entries.item.slice(0, count),
    times: times.slice(0, count),
    share: right.slice(0, count).map((value, entry) => value / times[entry]!),
    firstOfItem,
    entryOfTrial,
  };
}

/** Trials in order of their items, by counting; every item has at least one. */
function orderByItem(item: Int32Array, items: number): Int32Array {
  const next = new Int32Array(items + 1);
  for (const at of item) next[at + 1]! += 1;
  for (let at = 0; at < items; at++) next[at + 1]! += next[at]!;
  const order = new Int32Array(item.length);
  for (let trial = 0; trial < item.length; trial++) {
    const at = item[trial]!;
    order[next[at]!] = trial;
    next[at]! += 1;
  }
  return order;
}
