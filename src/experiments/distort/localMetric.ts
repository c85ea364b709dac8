import type { Tensor } from '@tensorflow/tfjs';
import { createFastCochleagram } from '../../../cochlea/fastCochleagram.ts';
import { compile } from '../../engine/compile.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { defineSecondGradients } from '../../engine/gradientRules.ts';
import { tf } from '../../engine/tf.ts';
import { type AuditoryModel, stageShape } from '../../model/auditoryModel.ts';

/**
 * How a stage tells a sound from its neighbors: the metric F = JᵀJ, J the Jacobian of its activations with respect to
 * the waveform.
 */
export interface LocalMetric {
  /**
   * Applies the metric.
   *
   * @param direction - A change of the sound, shape [samples].
   * @returns `product`: JᵀJ·direction, shape [samples]; `slope`: J·direction, shape [units].
   */
  apply(direction: Float32Array): Promise<{ product: Float32Array; slope: Float32Array }>;
  /**
   * Activations of the stage for any sound, by the same ear.
   *
   * @param waveform - Shape [samples].
   * @returns Shape [units].
   */
  respond(waveform: Float32Array): Promise<Float32Array>;
  /** Frees its memory. */
  release(): Promise<void>;
}

/**
 * Compiles a stage's metric around a sound. The Jacobian is the true one, without the rules for gradients that syntheses
 * use: the ear's rectifier and the slope of its compression are what they are.
 *
 * @param at - Stage, and the sound, shape [model.samples].
 * @param computing - Engine, device, threads.
 */
export async function localMetric(
  model: AuditoryModel,
  { stage, waveform }: { stage: string; waveform: Float32Array },
  computing: ComputingOptions = {},
): Promise<LocalMetric> {
  defineSecondGradients();
  const respond = trueResponse(model, stage);
  const shape = stageShape(model, stage);
  const sound = { shape: [1, model.samples] };
  const program = await compile(
    ({ place, direction }) => {
      const pullBack = (u: Tensor) => tf.grad((y) => tf.sum(tf.mul(respond(y), u)))(place!);
      // Jᵀu is linear in u, so that the gradient of ⟨Jᵀu, v⟩ with respect to u is Jv, wherever it is taken.
      const slope = tf.grad((u) => tf.sum(tf.mul(pullBack(u), direction!)))(tf.zeros([1, ...shape]));
      return { slope, product: pullBack(slope) };
    },
    { place: sound, direction: sound },
    computing,
  );
  const forward = await compile(
    ({ heard }) => ({ activations: respond(heard!) }),
    { heard: sound },
    computing,
  );
  return {
    apply: (direction) => program.run({ place: waveform, direction }),
    respond: async (heard) => (await forward.run({ heard })).activations,
    async release() {
      await program.release();
      await forward.release();
    },
  };
}

/** Activations whose gradients are those of the values. */
function trueResponse(model: AuditoryModel, stage: string): (waveform: Tensor) => Tensor {
  if (model.takesWaveform && stage !== 'cochleagram')
    return (waveform) => model.activations(waveform, [stage])[0]!;
  const ear = createFastCochleagram(model.cochleagram, {
    ...{ oversampling: model.oversampling, hasTrueGradient: true },
  });
  return (waveform) => model.activationsOfCochleagram(ear(waveform), [stage])[0]!;
}
