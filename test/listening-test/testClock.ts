let skippedMs = 0;

/** Lets time pass at the servers of this process, such as that of a sound nobody waits for. */
export function skip(seconds: number): void {
  skippedMs += 1000 * seconds;
}

/** A clock that also counts the time that was skipped. */
export const skipping = (clock: () => number) => () => clock() + skippedMs;
