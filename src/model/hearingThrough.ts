import { type HearingImpairmentInput, hearingImpairment } from '../../cochlea/impairment.ts';
import type { CochleagramParameters } from '../../cochlea/parameters.ts';

/** How a model of any kind hears. */
export interface HearingOptions {
  /** Envelope rate of the fast cochleagram over each filter's width. */
  oversampling: number;
  /** Length of the sounds, seconds, where another than the model's own is asked for. */
  durationSeconds?: number | undefined;
  /** Hearing impairment of the ear, which makes another model of it; default: none. */
  ear?: HearingImpairmentInput | undefined;
}

/**
 * What a model is, heard through an impaired ear.
 *
 * @param described - Its cochleagram, and what stands on it.
 * @param ear - The impairment; without one nothing changes.
 * @throws InputError when the impairment is none that can be.
 */
export function hearingThrough<Described extends { cochleagram: CochleagramParameters }>(
  described: Described,
  ear: HearingImpairmentInput | undefined,
): Described {
  if (!ear) return described;
  return { ...described, cochleagram: { ...described.cochleagram, impairment: hearingImpairment(ear) } };
}

/**
 * What records say of a model's ear.
 *
 * @returns Its hearing impairment; nothing for the published ear.
 */
export function earOf({ cochleagram: { impairment } }: { cochleagram: CochleagramParameters }) {
  return impairment ? { ear: impairment } : {};
}
