const ends = new WeakMap<object, Promise<unknown>>();

/**
 * Does something once everything begun for the same owner before is done, whether it failed or not.
 *
 * @param owner - Those of other owners do not wait.
 * @param action - What to do.
 * @returns What `action` returns.
 */
export function inTurn<Result>(owner: object, action: () => Promise<Result>): Promise<Result> {
  const turn = (ends.get(owner) ?? Promise.resolve()).then(action, action);
  ends.set(owner, turn);
  return turn;
}
