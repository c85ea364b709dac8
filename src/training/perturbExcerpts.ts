import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec, Program } from '../engine/engine.ts';
import { byName, prefixed, unprefixed } from '../engine/names.ts';
import { tf } from '../engine/tf.ts';
import { forward } from '../network/forward.ts';
import type { NamedValues } from './gradientStep.ts';
import { type Perturbation, randomPerturbations } from './perturbation.ts';
import {
  heardShape,
  type LabeledBatch,
  labelInputs,
  labelSpecs,
  type TrainingGraph,
} from './trainingGraph.ts';
import { excerptLosses } from './trainingLoss.ts';

/** Turns excerpts into those that the network is trained on. */
export interface ExcerptPerturber {
  /**
   * Perturbs a batch.
   *
   * @param weights - The network's, before the step.
   * @param batch - The excerpts and their labels.
   * @param step - From 0.
   * @returns Waveforms [batch, samples] or cochleagrams [batch, channels, frames], as the perturbation's space is.
   */
  perturb(weights: NamedValues, batch: LabeledBatch, step: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/**
 * Compiles the perturbation of excerpts: projected gradient ascent on each one's loss, the network as it is when it is
 * evaluated; of the points on the way the one with the largest loss is kept.
 *
 * @param graph - Network, ear and configuration; the configuration must have a perturbation.
 * @param options - Engine and threads.
 * @see Madry et al. (2018), ICLR; as in the training code of Feather et al. (2023).
 */
export async function compilePerturbation(
  graph: TrainingGraph,
  options: CompileOptions = {},
): Promise<ExcerptPerturber> {
  const perturbation = graph.config.perturbation!;
  const { batchSize, seed } = graph.config;
  const ear = perturbation.space === 'cochleagram' ? await compileEar(graph, options) : undefined;
  const attack = perturbation.kind === 'adversarial' ? await compileAttack(graph, options) : undefined;
  const size = arraySize(heardShape(graph));
  return {
    async perturb(weights, batch, step) {
      const center = ear ? (await ear.run({ waveforms: batch.waveforms })).cochleagrams : batch.waveforms;
      const added = randomPerturbations(perturbation, { excerpts: batchSize, size }, { seed, step });
      const start = center.map((value, i) => value + added[i]!);
      const moved = ear ? start : start.map((value) => Math.min(Math.max(value, -1), 1));
      if (!attack) return moved;
      const fixed = { center, ...labelInputs(graph, batch), ...prefixed('weight', weights) };
      return mostHarmful(perturbation.steps, moved, (sounds) => attack.run({ sounds, ...fixed }));
    },
    async release() {
      await Promise.all([ear?.release(), attack?.release()]);
    },
  };
}

/** Of the points of an ascent, for each excerpt the one with the largest loss. */
async function mostHarmful(
  steps: number,
  start: Float32Array,
  move: (sounds: Float32Array) => Promise<{ losses: Float32Array; moved: Float32Array }>,
): Promise<Float32Array> {
  const best = start.slice();
  let at = start;
  let largest: Float32Array | undefined;
  for (let step = 0; step <= steps; step++) {
    const { losses, moved } = await move(at);
    const size = at.length / losses.length;
    for (const [i, loss] of losses.entries())
      if (!largest || loss > largest[i]!) best.set(at.subarray(i * size, (i + 1) * size), i * size);
    largest = largest ? losses.map((loss, i) => Math.max(loss, largest![i]!)) : losses;
    at = moved;
  }
  return best;
}

function compileEar({ cochleagram, samples, config }: TrainingGraph, options: CompileOptions) {
  return compile(
    ({ waveforms }) => ({ cochleagrams: cochleagram(waveforms) }),
    { waveforms: { shape: [config.batchSize, samples] } },
    options,
  );
}

/** One step: the loss of each excerpt, and where it moves to. */
function compileAttack(
  graph: TrainingGraph,
  options: CompileOptions,
): Promise<Program<string, 'losses' | 'moved'>> {
  const { plan, config } = graph;
  const shape = [config.batchSize, ...heardShape(graph)];
  const inputs: Record<string, InputSpec> = {
    sounds: { shape },
    center: { shape },
    ...labelSpecs(graph),
    ...prefixed(
      'weight',
      byName(plan.weights, ({ shape: ofWeight }) => ({ shape: ofWeight })),
    ),
  };
  return compile((given) => attackStep(graph, given), inputs, options) as never;
}

function attackStep(graph: TrainingGraph, given: Record<string, Tensor>): { losses: Tensor; moved: Tensor } {
  const { plan, cochleagram, config } = graph;
  const perturbation = config.perturbation!;
  const weights = unprefixed('weight', given);
  const stages = plan.architecture.outputs.map(({ stage }) => stage);
  let losses: Tensor | undefined;
  const ascent = tf.valueAndGrad((sounds: Tensor) => {
    const seen = perturbation.space === 'cochleagram' ? sounds : cochleagram(sounds);
    const { activations } = forward(plan, seen, stages, (name) => weights[name]!);
    losses = tf.keep(excerptLosses(graph, activations, given));
    return tf.sum(losses);
  });
  const { grad } = ascent(given['sounds']!);
  return { losses: losses!, moved: ascended(perturbation, given['sounds']!, grad, given['center']!) };
}

/** A step along the gradient, back onto the ball around the excerpt, and for waveforms within ±1. */
function ascended(
  { norm, radius, stepSize, space }: Perturbation,
  at: Tensor,
  gradient: Tensor,
  center: Tensor,
) {
  const moved =
    norm === 'linf'
      ? tf.add(at, tf.mul(tf.sign(gradient), stepSize))
      : tf.add(at, tf.mul(gradient, tf.div(stepSize, tf.add(lengths(gradient), 1e-10))));
  const difference = tf.sub(moved, center);
  const within =
    norm === 'linf'
      ? tf.clipByValue(difference, -radius, radius)
      : tf.mul(difference, tf.minimum(tf.div(radius, tf.add(lengths(difference), 1e-10)), 1));
  const projected = tf.add(center, within);
  return space === 'waveform' ? tf.clipByValue(projected, -1, 1) : projected;
}

/** Euclidean norm of each excerpt, axes kept. */
function lengths(x: Tensor): Tensor {
  return tf.sqrt(tf.sum(tf.square(x), x.shape.map((_, axis) => axis).slice(1), true));
}
