import type { DifferentiatedSound } from './differentiationRecord.ts';

/** How far from the held distance a sound may end, as a share of it. */
export const heldWithin = 0.002;

/** Whether the held distance is as it was, and the other moved where it should. */
export function isDifferentiated({ start, end, push }: Omit<DifferentiatedSound, 'passed'>): boolean {
  const isHeld = Math.abs(end.held / start.held - 1) <= heldWithin;
  return isHeld && (push === 'most' ? end.pushed > start.pushed : end.pushed < start.pushed);
}

/** The verdict in words, for `run.json`. */
export function differentiationVerdict({ start, end, held, pushed, passed }: DifferentiatedSound): string {
  const times = (end.pushed / start.pushed).toPrecision(3);
  const away = (100 * (end.held / start.held - 1)).toFixed(2);
  return `${passed ? 'passed' : 'failed'}: ${times} times as far as noise for ${pushed}, held within ${away} % for ${held}`;
}
