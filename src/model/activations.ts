import { type Sound, samplesOf } from '../../stimuli/sound.ts';
import { type AuditoryModel, stageShape } from './auditoryModel.ts';
import { type ComputeOptions, computeActivations } from './computeActivations.ts';

/** Activations of one stage. */
export interface StageActivations {
  /** As {@link AuditoryModel.stages} has it. */
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
}

/**
 * A model's activations by one sound.
 *
 * @param sound - Of the model's length and rate.
 * @param options - `stages`, default all; form of the cochleagram, default `exact`; engine, device.
 * @returns By stage.
 * @throws InputError for an unknown stage or a sound of another length.
 */
export async function activations(
  model: AuditoryModel,
  sound: Sound | Float32Array,
  { stages, form = 'exact', ...computing }: Partial<ComputeOptions> & { stages?: readonly string[] } = {},
): Promise<Record<string, StageActivations>> {
  const names = stages ?? model.stages.map(({ name }) => name);
  const [ofSound] = await computeActivations(model, [samplesOf(sound)], names, { ...computing, form });
  return Object.fromEntries(
    names.map((name, i) => [name, { shape: stageShape(model, name), values: ofSound![i]! }]),
  );
}
