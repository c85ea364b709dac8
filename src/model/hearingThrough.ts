import { type HearingImpairmentInput, hearingImpairment } from '../../cochlea/impairment.ts';
import type { CochleagramParameters } from '../../cochlea/parameters.ts';

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
