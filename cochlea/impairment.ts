import { z } from 'zod';
import { InputError } from '../src/base/inputError.ts';
import { readJson } from '../src/base/readJson.ts';
import { validated } from '../src/base/validate.ts';
import { erbNumber } from './erb.ts';
import { interpolated } from './hearingThreshold.ts';

const frequency = z.number().positive();
/** One value for all frequencies, or values at some, straight over ERB-number between them and level beyond. */
const overFrequency = (value: z.ZodNumber) =>
  z.union([value, z.array(z.strictObject({ frequencyHz: frequency, value })).min(1)], {
    error: () =>
      `must be a number ${value.minValue} to ${value.maxValue}, or an array of frequencyHz and value`,
  });

/** Layout of an impaired ear's file. What is left out is as in the published ear. */
const impairmentSchema = z.strictObject({
  name: z.string().min(1).default('impaired'),
  /** Pure-tone thresholds, dB HL; straight over ERB-number between the frequencies and level beyond. */
  audiogram: z
    .array(z.strictObject({ frequencyHz: frequency, thresholdDbHl: z.number().min(-20).max(120) }))
    .min(1)
    .optional(),
  /**
   * Share of the audiogram's loss that is of outer hair cells: of gain at low levels, and with it of compression. The
   * rest, or all of it where this is left out, is attenuation at every level.
   */
  outerHairCellShare: z.number().min(0).max(1).optional(),
  /** Exponent of the compression below `recruitmentEndDbHl`, instead of `outerHairCellShare`; 1 for none left. */
  compressionExponent: overFrequency(z.number().min(0.05).max(1)).optional(),
  /** Width of the filters over that of the published ear, 1 to 10. */
  filterBroadening: overFrequency(z.number().min(1).max(10)).optional(),
  /** Level at which an ear with lost compression has caught up with a normal one, dB HL. */
  recruitmentEndDbHl: z.number().min(60).max(140).default(105),
  /** Level that a sound of RMS 0.1 stands for, dB SPL. */
  levelDbSpl: z.number().min(0).max(120).default(65),
  /** Upper limit of phase locking; refused by every ear there is, for these hear envelopes. */
  phaseLockingHz: z.number().positive().optional(),
});

/** A hearing impairment, defaults filled in. */
export type HearingImpairment = z.infer<typeof impairmentSchema>;

/** What an impaired ear needs to be told. */
export type HearingImpairmentInput = z.input<typeof impairmentSchema>;

/** A value over frequency, as an impairment has it. */
type OverFrequency = number | readonly { frequencyHz: number; value: number }[];

/**
 * Checks a hearing impairment and fills in defaults.
 *
 * @param given - Parsed JSON.
 * @param where - What to call it in messages.
 * @throws InputError naming the field, its rule and its value, or two fields that contradict each other.
 */
export function hearingImpairment(given: unknown, where = 'the impaired ear'): HearingImpairment {
  const impairment = validated(impairmentSchema, given, where);
  const contradiction = contradictionIn(impairment);
  if (contradiction) throw new InputError(`${where}: ${contradiction}`);
  return impairment;
}

/**
 * Reads an impaired ear.
 *
 * @param path - A JSON file.
 * @throws InputError when it cannot be read or is not right.
 */
export function readHearingImpairment(path: string): HearingImpairment {
  return hearingImpairment(readJson(path, z.unknown(), { what: 'an impaired ear' }), path);
}

/**
 * Value at a frequency.
 *
 * @param values - One for all frequencies, or one at each of some.
 */
export function valueAt(values: OverFrequency, frequencyHz: number): number {
  if (typeof values === 'number') return values;
  const points = values.map((at) => [erbNumber(at.frequencyHz), at.value] as const);
  return interpolated(points, erbNumber(frequencyHz));
}

/**
 * Threshold at a frequency by the audiogram.
 *
 * @param impairment - Its audiogram; without one all thresholds are normal.
 * @returns Threshold, dB HL.
 */
export function thresholdDbHlAt(
  { audiogram }: Pick<HearingImpairment, 'audiogram'>,
  frequencyHz: number,
): number {
  if (!audiogram) return 0;
  return valueAt(
    audiogram.map((at) => ({ frequencyHz: at.frequencyHz, value: at.thresholdDbHl })),
    frequencyHz,
  );
}

function contradictionIn(impairment: HearingImpairment): string | undefined {
  const { audiogram, outerHairCellShare, compressionExponent, filterBroadening, phaseLockingHz } = impairment;
  if (phaseLockingHz !== undefined)
    return `phaseLockingHz must be left out, got ${phaseLockingHz}; the networks here hear the envelopes of subbands alone, which have lost the fine structure that it would limit`;
  if (outerHairCellShare !== undefined && !audiogram)
    return `outerHairCellShare must be given together with audiogram, whose loss it is a share of; add one, or set compressionExponent instead`;
  if (outerHairCellShare !== undefined && compressionExponent !== undefined)
    return 'outerHairCellShare and compressionExponent must not be given together, each says how much compression is lost; leave one out';
  for (const [name, table] of Object.entries({ audiogram, compressionExponent, filterBroadening })) {
    if (!Array.isArray(table)) continue;
    const at = table.findIndex((point, i) => i > 0 && !(point.frequencyHz > table[i - 1]!.frequencyHz));
    if (at > 0)
      return `frequencies of ${name} must ascend, got ${table[at]!.frequencyHz} Hz after ${table[at - 1]!.frequencyHz} Hz; sort them, each once`;
  }
  return undefined;
}
