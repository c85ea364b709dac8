import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { compile } from '../../engine/compile.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import { byName, prefixed, unprefixed } from '../../engine/names.ts';
import { tf } from '../../engine/tf.ts';
import type { Training, WeightLookup } from '../../network/applyOperation.ts';
import { forward } from '../../network/forward.ts';
import {
  compileGradientStep,
  type NamedTensors,
  type NamedValues,
  type Pass,
} from '../../training/gradientStep.ts';
import { reportsOf, type TrainingProgram } from '../../training/trainingProgram.ts';
import { causeNames, sourceKinds } from './causes.ts';
import type { CausesBatch } from './causesBatch.ts';
import type { CausesConfig } from './causesConfig.ts';
import { type CausesNetwork, causeStages } from './causesNetwork.ts';

const outputs = [causeStages.source, causeStages.causes];
/** Variance of places drawn uniformly from −1 … 1: in its units, who always says the middle errs by 1. */
const placeVariance = 1 / 3;

/**
 * Compiles a training step of the network that infers causes: cross-entropy of the source's kind, plus the mean squared
 * error of the places of the causes that have an effect.
 *
 * @param rule - Batch size and rule of the update.
 * @param options - Engine and threads.
 */
export async function compileCausesTraining(
  network: CausesNetwork,
  rule: CausesConfig['training'],
  options: CompileOptions,
): Promise<TrainingProgram<CausesBatch>> {
  const { plan, cochleagram, samples } = network;
  const { batchSize } = rule;
  const ofCauses = { shape: [batchSize, causeNames.length] };
  const program = await compileGradientStep(
    {
      ...{ plan, rule },
      inputs: {
        waveforms: { shape: [batchSize, samples] },
        sources: { shape: [batchSize], dtype: 'int32' },
        ...{ places: ofCauses, effective: ofCauses },
      },
      prepare: ({ waveforms, ...rest }) => ({ ...rest, seen: cochleagram(waveforms!) }),
      pass: (prepared, running) => passOf(network, prepared, running),
    },
    options,
  );
  return {
    async begin(start) {
      const run = await program.begin(start);
      return {
        step: ({ waveforms, sources, places, effective }, options) =>
          run.step({ waveforms, sources, places, effective }, options),
        told: async () => reportsOf(await run.told()),
        state: run.state,
      };
    },
    release: () => program.release(),
  };
}

function passOf(
  { plan }: CausesNetwork,
  { seen, sources, places, effective }: NamedTensors,
  { weight, training }: { weight: WeightLookup; training: Training },
): Pass {
  const { activations, batchStatistics } = forward(plan, seen!, outputs, weight, { training });
  const [logits, inferred] = activations as [Tensor, Tensor];
  const hot = tf.cast(tf.oneHot(sources as never, sourceKinds.length), 'float32');
  const crossEntropy = tf.neg(tf.mean(tf.sum(tf.mul(hot, tf.logSoftmax(logits)), 1)));
  const squared = tf.mul(tf.square(tf.sub(inferred, places!)), effective!);
  const error = tf.div(tf.sum(squared), tf.mul(tf.maximum(tf.sum(effective!), 1), placeVariance));
  return {
    loss: tf.add(crossEntropy, error) as Scalar,
    read: { source: tf.cast(tf.argMax(logits, 1), 'float32') },
    batchStatistics,
  };
}

/** What a network infers from sounds. */
export interface InferredCauses {
  /** Class of the more probable source; shape [batch]. */
  sources: Float32Array;
  /** Places of the causes in their ranges; shape [batch, causes]. */
  places: Float32Array;
}

/** Infers causes with weights that are given each time. */
export interface InferenceProgram {
  /** From waveforms of shape [batch, samples]. */
  infer(waveforms: Float32Array, weights: NamedValues): Promise<InferredCauses>;
  release(): Promise<void>;
}

/**
 * Compiles the network that infers causes, its weights being inputs.
 *
 * @param batchSize - Sounds a run.
 * @param options - Engine and threads.
 */
export async function compileInference(
  { plan, cochleagram, samples }: CausesNetwork,
  batchSize: number,
  options: CompileOptions,
): Promise<InferenceProgram> {
  const program = await compile(
    (given) => {
      const weights = unprefixed('weight', given);
      const seen = cochleagram(given['waveforms']!);
      const { activations } = forward(plan, seen, outputs, (name) => weights[name]!);
      const [logits, places] = activations as [Tensor, Tensor];
      return { sources: tf.cast(tf.argMax(logits, 1), 'float32'), places };
    },
    {
      waveforms: { shape: [batchSize, samples] },
      ...prefixed(
        'weight',
        byName(plan.weights, ({ shape }) => ({ shape })),
      ),
    },
    options,
  );
  return {
    async infer(waveforms, weights) {
      const { sources, places } = await program.run({ waveforms, ...prefixed('weight', weights) });
      return { sources: sources!, places: places! };
    },
    release: () => program.release(),
  };
}
