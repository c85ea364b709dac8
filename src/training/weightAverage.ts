/**
 * Share of the old average of the weights that a step keeps; early steps keep less of it, so that the beginning is soon
 * forgotten.
 *
 * @param share - Of later steps.
 * @param step - Steps taken, from 1.
 */
export const keptAverage = (share: number, step: number) => Math.min(share, (1 + step) / (10 + step));
