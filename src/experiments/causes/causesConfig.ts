import { z } from 'zod';
import { cochleagramParameters } from '../../../cochlea/parameters.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import { trainingConfigSchema } from '../../training/trainingConfig.ts';

const lowestRateHz = 8000;

/** Settings of a training that need no corpus. */
const trainingSchema = trainingConfigSchema
  .pick({
    ...{ width: true, seed: true, steps: true, batchSize: true },
    ...{ optimizer: true, learningRate: true, warmupSteps: true, schedule: true },
    ...{ momentum: true, secondMomentum: true, weightDecay: true, gradientClip: true },
    ...{ averaging: true, statisticsMomentum: true, oversampling: true },
    ...{ validateEverySteps: true, validationExcerpts: true, checkpointEverySeconds: true },
  })
  .extend({
    name: z.string().min(1).default('causes'),
    /** What the ear shall have otherwise than the published one. */
    cochleagram: z.record(z.string(), z.union([z.number(), z.boolean()])).default({}),
  });

/** Layout of the configuration of `metamer causes`. */
const schema = z.strictObject({
  training: trainingSchema,
  /** Sounds on which the inferred causes are judged; drawn apart from those of training and validation. */
  heldOut: z.int().min(8).default(512),
  /** As many of them are shown to both networks whose stages are compared. */
  compared: z.int().min(4).default(120),
  /** The network that recognizes: a model's name or folder. */
  recognition: z.string().min(1).default('branched-small'),
});

/** All that fixes an experiment on inferred causes. */
export type CausesConfig = z.infer<typeof schema>;

/**
 * Reads the configuration of an experiment on inferred causes.
 *
 * @param path - A JSON file.
 * @throws InputError when it cannot be read or is not right.
 */
export function readCausesConfig(path: string): CausesConfig {
  const config = readJson(path, schema);
  const { sampleRateHz } = cochleagramParameters(config.training.cochleagram);
  if (sampleRateHz < lowestRateHz)
    throw new InputError(
      `${path}: sampleRateHz must be ≥ ${lowestRateHz}, so that there is room above the formants, got ${sampleRateHz}; raise it`,
    );
  return config;
}
