import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { compileStepper } from '../../../engine/compileStepper.ts';
import type { ComputingOptions, InputSpec } from '../../../engine/engine.ts';
import { tf } from '../../../engine/tf.ts';
import { stageShape } from '../../../model/auditoryModel.ts';
import { computeActivations } from '../../../model/computeActivations.ts';
import type { Observer } from '../observers.ts';

/** How far a sound is from the original for an observer, and where that grows. */
export interface Distance {
  /** ln of ‖change of the activations‖ over ‖activations‖. */
  value: number;
  /** Gradient of it, shape [samples]. */
  gradient: Float32Array;
}

/** Distances for both of two observers, in one graph. */
export interface DistanceProgram {
  /**
   * Both distances.
   *
   * @param waveform - Shape [samples].
   */
  distances(waveform: Float32Array): Promise<readonly [Distance, Distance]>;
  release(): Promise<void>;
}

/**
 * Compiles the distances of sounds from an original for two observers, with their gradients. The original's activations
 * stay where it is computed.
 *
 * @param observers - Of sounds of one length and rate.
 * @param original - Shape [samples].
 * @param computing - Engine, device, threads.
 */
export async function distanceProgram(
  observers: readonly [Observer, Observer],
  original: Float32Array,
  computing: ComputingOptions,
): Promise<DistanceProgram> {
  const targets: Record<string, Float32Array> = {};
  const fixed: Record<string, InputSpec> = {};
  for (const [n, { model, stage }] of observers.entries()) {
    const [[activations]] = (await computeActivations(model, [original], [stage], {
      ...{ ...computing, form: 'fast' },
    })) as [[Float32Array]];
    targets[`target${n}`] = activations;
    fixed[`target${n}`] = { shape: [1, ...stageShape(model, stage)] };
  }
  const stepper = await compileStepper(
    (given) => {
      const distance = (n: 0 | 1) => {
        const target = given[`target${n}`]!;
        return tf.valueAndGrad((y) => logDistance(observers[n], y, target))(given['waveform']!);
      };
      const [first, second] = [distance(0), distance(1)];
      const told = {
        ...{ first: first.value, firstGradient: first.grad },
        ...{ second: second.value, secondGradient: second.grad },
      };
      return { told, next: {} };
    },
    { state: {}, fixed, given: { waveform: { shape: [1, original.length] } } },
    computing,
  );
  const steps = await stepper.begin({ state: {}, fixed: targets });
  return {
    async distances(waveform) {
      await steps.take([{ waveform }]);
      const [found] = await steps.told();
      const distance = (name: 'first' | 'second') => ({
        value: found![name]![0]!,
        gradient: found![`${name}Gradient`]!,
      });
      return [distance('first'), distance('second')];
    },
    release: () => stepper.release(),
  };
}

function logDistance({ model, stage }: Observer, waveform: Tensor, target: Tensor): Scalar {
  const [activations] = model.activations(waveform as never, [stage]) as [Tensor];
  const squared = tf.sum(tf.square(tf.sub(activations, target)));
  const share = tf.div(squared, tf.sum(tf.square(target)));
  // Equal activations have no logarithm.
  return tf.mul(0.5, tf.log(tf.add(share, 1e-12))) as Scalar;
}
