import { arraySize } from '../base/arraySize.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec, Program } from '../engine/engine.ts';
import { prefixed, unprefixed } from '../engine/names.ts';
import { attackStep } from './attackStep.ts';
import type { NamedValues } from './gradientStep.ts';
import { randomPerturbations } from './perturbation.ts';
import { heardShape, type LabeledBatch, type TrainingGraph, weightInputs } from './trainingGraph.ts';
import { type BatchTargets, batchTargets } from './trainingLoss.ts';

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
  const ear = perturbation.space === 'cochleagram' ? await compileEar(graph, options) : undefined;
  const targets = batchTargets(graph);
  const attack =
    perturbation.kind === 'adversarial' ? await compileAttack(graph, targets, options) : undefined;
  return {
    async perturb(weights, batch, step) {
      const center = ear ? (await ear.run({ waveforms: batch.waveforms })).cochleagrams : batch.waveforms;
      const added = addedTo(graph, step);
      const start = center.map((value, i) => value + added[i]!);
      const moved = ear ? start : start.map((value) => Math.min(Math.max(value, -1), 1));
      if (!attack) return moved;
      const fixed = { center, ...targets.of(batch), ...prefixed('weight', weights) };
      return mostHarmful(perturbation.steps, moved, (sounds) => attack.run({ sounds, ...fixed }));
    },
    async release() {
      await Promise.all([ear?.release(), attack?.release()]);
    },
  };
}

/**
 * What is added to the excerpts of a step before any ascent.
 *
 * @param graph - The configuration must have a perturbation.
 * @param step - From 0.
 * @returns Shape [batch, ...heardShape], row-major.
 */
export function addedTo(graph: TrainingGraph, step: number): Float32Array {
  const { batchSize, seed, perturbation } = graph.config;
  const size = arraySize(heardShape(graph));
  return randomPerturbations(perturbation!, { excerpts: batchSize, size }, { seed, step });
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
  targets: BatchTargets,
  options: CompileOptions,
): Promise<Program<string, 'losses' | 'moved'>> {
  const shape = [graph.config.batchSize, ...heardShape(graph)];
  const inputs: Record<string, InputSpec> = {
    sounds: { shape },
    center: { shape },
    ...targets.inputs,
    ...weightInputs(graph),
  };
  return compile(
    (given) => {
      const weights = unprefixed('weight', given);
      return attackStep(graph, given, (name) => weights[name]!);
    },
    inputs,
    options,
  ) as never;
}
