import { compile } from '../../engine/compile.ts';
import type { ComputingOptions, InputSpec } from '../../engine/engine.ts';
import { tf } from '../../engine/tf.ts';
import { type AuditoryModel, stageShape } from '../../model/auditoryModel.ts';
import { computeActivations } from '../../model/computeActivations.ts';
import type { Objective } from '../../synthesis/objective.ts';
import { type DriveObjective, type Scales, scoreTensor } from './driveObjective.ts';
import type { DriveTarget } from './driveTarget.ts';

/**
 * What is raised, as what a synthesis lowers: the negative score.
 *
 * The gradient is the true one, but for the ear's published rules and, of a single unit, its own rectifier.
 *
 * @param what - Target, objective, scales of the population.
 */
export function raised({
  target,
  objective,
  scales,
}: {
  target: DriveTarget;
  objective: DriveObjective;
  scales: Scales;
}): Objective {
  return {
    ...{ name: objective, stages: target.stages, hasReference: false },
    identityGradient: target.isSingleUnit,
    loss: (activations) => tf.neg(scoreTensor(objective, target.responses(activations), { target, scales })),
  };
}

/**
 * Responses of a population to sounds, by the exact ear.
 *
 * @param waveforms - Each of shape [model.samples].
 * @param options - Target, engine, device; `onProgress`: sounds done.
 * @returns Shape [sounds][members].
 */
export async function populationResponses(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  {
    target,
    onProgress,
    ...computing
  }: ComputingOptions & {
    target: DriveTarget;
    onProgress?: ((done: number) => void) | undefined;
  },
): Promise<Float32Array[]> {
  const shapes = target.stages.map((stage) => stageShape(model, stage));
  const inputs = shapes.map((shape, i) => [`stage${i}`, { shape: [1, ...shape] }] as const);
  const program = await compile(
    (given) => ({ responses: target.responses(inputs.map(([name]) => given[name]!)) }),
    Object.fromEntries(inputs) as Record<string, InputSpec>,
    computing,
  );
  const results: Float32Array[] = [];
  try {
    for (let first = 0; first < waveforms.length; first += soundsAtOnce) {
      const part = waveforms.slice(first, first + soundsAtOnce);
      const activations = await computeActivations(model, part, target.stages, {
        ...computing,
        form: 'exact',
      });
      for (const ofSound of activations) {
        const given = Object.fromEntries(inputs.map(([name], i) => [name, ofSound[i]!]));
        results.push((await program.run(given)).responses);
      }
      onProgress?.(results.length);
    }
  } finally {
    await program.release();
  }
  return results;
}

const soundsAtOnce = 16;
