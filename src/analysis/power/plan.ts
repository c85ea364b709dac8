import { z } from 'zod';
import { readJson } from '../../base/readJson.ts';
import { validated } from '../../base/validate.ts';

const proportion = z.number().gt(0).lt(1);

const powerPlan = z.strictObject({
  /** Numbers of participants to try. */
  participants: z.array(z.int().min(3).max(10_000)).min(1),
  /** Trials of each participant at each level. */
  trialsPerLevel: z.int().min(1).max(10_000),
  /** Different sources; trials × levels where not given, so that no participant hears one twice. */
  sources: z.int().min(1).optional(),
  /** Levels with the proportions correct that are expected of humans and of the model; a pilot may give them. */
  levels: z
    .array(z.strictObject({ level: z.string().min(1), human: proportion, model: proportion.optional() }))
    .min(2)
    .optional(),
  /** Humans' proportions on a second model's metamers, level by level, to compare the two. */
  secondModel: z.array(proportion).optional(),
  /** Standard deviation of participants, logits; a pilot may give it. */
  participantSd: z.number().min(0).optional(),
  /** Standard deviation of items (source × level), logits; a pilot may give it. */
  itemSd: z.number().min(0).optional(),
  alpha: z.number().gt(0).lt(1).default(0.05),
  simulations: z.int().min(50).max(100_000).default(400),
  seed: z.int().min(0).default(1),
});

/** What a study is planned to be, with the effects expected. */
export type PowerPlan = z.infer<typeof powerPlan>;

/** A plan in which nothing is left open. */
export interface CompletePlan extends PowerPlan {
  levels: NonNullable<PowerPlan['levels']>;
  participantSd: number;
  itemSd: number;
  sources: number;
}

/**
 * Checks a plan and fills in the defaults.
 *
 * @param value - Parsed JSON.
 * @param path - Where it came from, for the message.
 * @throws InputError naming the field and its rule.
 */
export function parsePowerPlan(value: unknown, path = 'plan'): PowerPlan {
  return validated(powerPlan, value, path);
}

/**
 * Reads a plan.
 *
 * @param path - A JSON file.
 * @returns The plan, defaults filled in.
 * @throws InputError naming the field and its rule.
 */
export function readPowerPlan(path: string): PowerPlan {
  return readJson(path, powerPlan);
}
