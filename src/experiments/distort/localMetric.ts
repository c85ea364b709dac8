import type { Tensor } from '@tensorflow/tfjs';
import { createFastCochleagram } from '../../../cochlea/fastCochleagram.ts';
import { arraySize } from '../../base/arraySize.ts';
import { compile } from '../../engine/compile.ts';
import { compileStepper } from '../../engine/compileStepper.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { defineSecondGradients } from '../../engine/gradientRules.ts';
import { staysOnDevice } from '../../engine/stepper.ts';
import { tf } from '../../engine/tf.ts';
import { type AuditoryModel, stageShape } from '../../model/auditoryModel.ts';
import { type Band, bandFilter, bandFilterInGraph } from '../band.ts';

/**
 * How a stage tells a sound from its neighbors: the metric F = JᵀJ, J the Jacobian of its activations with respect to
 * the waveform.
 */
export interface LocalMetric {
  /**
   * Applies the metric: JᵀJ·direction, its part in the band where there is one.
   *
   * @param direction - A change of the sound, shape [samples].
   * @returns Shape [samples].
   */
  product(direction: Float32Array): Promise<Float32Array>;
  /**
   * What a change does to the activations: J·direction.
   *
   * @param direction - A change of the sound, shape [samples].
   * @returns Shape [units].
   */
  slope(direction: Float32Array): Promise<Float32Array>;
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
 * Sound and slope stay on a device that keeps them, where the band is filtered in the graph as well.
 *
 * @param at - Stage; the sound, shape [model.samples]; the band that products are taken in, default all.
 * @param computing - Engine, device, threads.
 */
export async function localMetric(
  model: AuditoryModel,
  { stage, waveform, band }: { stage: string; waveform: Float32Array; band?: Band },
  computing: ComputingOptions = {},
): Promise<LocalMetric> {
  defineSecondGradients();
  const respond = trueResponse(model, stage);
  const shape = stageShape(model, stage);
  const sound = { shape: [1, model.samples] };
  const filtered = filtersOf(model, band, staysOnDevice(computing));
  const stepper = await compileStepper(
    ({ place, direction }) => {
      const pullBack = (u: Tensor) => tf.grad((y) => tf.sum(tf.mul(respond(y), u)))(place!);
      // Jᵀu is linear in u, so that the gradient of ⟨Jᵀu, v⟩ with respect to u is Jv, wherever it is taken.
      const slope = tf.grad((u) => tf.sum(tf.mul(pullBack(u), direction!)))(tf.zeros([1, ...shape]));
      return { told: { product: filtered.inGraph(pullBack(slope)) }, next: { slope } };
    },
    // The slope of the last direction; activations of a stage are many, and searches need products alone.
    { state: { slope: { shape: [1, ...shape] } }, fixed: { place: sound }, given: { direction: sound } },
    computing,
  );
  const steps = await stepper.begin({
    state: { slope: new Float32Array(arraySize(shape)) },
    fixed: { place: waveform },
  });
  const forward = await compile(
    ({ heard }) => ({ activations: respond(heard!) }),
    { heard: sound },
    computing,
  );
  return {
    async product(direction) {
      await steps.take([{ direction }]);
      const [told] = await steps.told();
      return filtered.outside(told!['product']!);
    },
    async slope(direction) {
      await steps.take([{ direction }]);
      await steps.told();
      return (await steps.state())['slope']!;
    },
    respond: async (heard) => (await forward.run({ heard })).activations,
    async release() {
      await stepper.release();
      await forward.release();
    },
  };
}

/** The band of a search as two filters, one of which does nothing: in the graph on a device, outside it elsewhere. */
function filtersOf(
  { samples, sampleRateHz }: Pick<AuditoryModel, 'samples' | 'sampleRateHz'>,
  band: Band | undefined,
  isInGraph: boolean,
): { inGraph: (x: Tensor) => Tensor; outside: (x: Float32Array) => Float32Array } {
  const filters = { inGraph: (x: Tensor) => x, outside: (x: Float32Array) => x };
  if (!band) return filters;
  return isInGraph
    ? { ...filters, inGraph: bandFilterInGraph(band, samples, sampleRateHz) }
    : { ...filters, outside: bandFilter(band, samples, sampleRateHz) };
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
