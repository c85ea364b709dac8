/** How many steps are taken before what computes them is waited for: as many as take a moment. */
export interface Pace {
  /** Steps to take now. */
  readonly steps: number;
  /** Notes how long steps took until they had told, milliseconds. */
  took(steps: number, milliseconds: number): void;
}

/**
 * Begins with single steps.
 *
 * @param most - Steps at most.
 * @param longestMs - What they shall take at most, as long as single ones do.
 */
export function createPace(most: number, longestMs: number): Pace {
  let steps = 1;
  return {
    get steps() {
      return steps;
    },
    took(count, milliseconds) {
      steps = Math.max(1, Math.min(most, Math.floor((longestMs * count) / milliseconds)));
    },
  };
}
