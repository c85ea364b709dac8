import { median } from '../statistics/estimates/descriptive.ts';

/**
 * Median time of repeated runs after three that warm up.
 *
 * @param run - Timed.
 * @returns Milliseconds by the clock.
 */
export async function medianMs(run: () => Promise<unknown>, repeats: number): Promise<number> {
  const times: number[] = [];
  for (let i = -3; i < repeats; i++) {
    const start = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - start);
  }
  return median(times);
}
