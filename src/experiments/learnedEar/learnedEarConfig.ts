import { z } from 'zod';
import { readJson } from '../../base/readJson.ts';
import { trainingConfigSchema } from '../../training/trainingConfig.ts';

/** Ears that are compared: filters from random places that learn, the same ones held, and the ERB-number scale held. */
export const earConditions = ['learned', 'random', 'erb'] as const;
/** One of {@link earConditions}. */
export type EarCondition = (typeof earConditions)[number];

const positive = z.number().positive();

const earSchema = z.strictObject({
  channels: z.int().min(2).default(24),
  /** Centers lie within these, Hz. */
  lowHz: positive.default(50),
  highHz: positive.default(5000),
  /** Half-widths lie within these, Hz. */
  narrowestHz: positive.default(20),
  widestHz: positive.default(600),
  envelopeRateHz: positive.default(100),
  /**
   * How fast filters move: at the learning rate 0.001 a step of the optimizer moves a center by this, Hz, and a half-width
   * by a thousandth of this times itself.
   */
  hertzPerStep: positive.default(5),
  /** The middle of each excerpt that is heard, seconds; at most 2. */
  seconds: positive.max(2).default(1),
});

/** Layout of the configuration of `metamer learned-ear`. */
const schema = z.strictObject({
  /** As for training a model; `name` and `seed` are set for each run. */
  training: trainingConfigSchema.refine(
    ({ perturbation, from }) => perturbation === undefined && from === undefined,
    "must leave out 'perturbation' and 'from', which are for ears that are fixed; leave them out",
  ),
  ear: earSchema.default(() => earSchema.parse({})),
  /** Of starts, weights and excerpts. */
  seeds: z.array(z.int().min(0)).min(1).default([1, 2, 3]),
  conditions: z
    .array(z.enum(earConditions))
    .min(1)
    .default([...earConditions]),
});

/** All that fixes an experiment with learned ears. */
export type LearnedEarConfig = z.infer<typeof schema>;

/**
 * Reads the configuration of an experiment with learned ears.
 *
 * @param path - A JSON file.
 * @throws InputError when it cannot be read or is not right.
 */
export function readLearnedEarConfig(path: string): LearnedEarConfig {
  return readJson(path, schema);
}
