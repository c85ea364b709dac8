import type { Tensor } from '@tensorflow/tfjs';
import { rms } from '../../stimuli/level.ts';
import { InputError } from '../base/inputError.ts';
import { tf } from '../engine/tf.ts';
import type { GraphRule } from '../synthesis/graphRule.ts';
import type { Optimizer } from '../synthesis/optimizer.ts';
import { type Band, bandFilter, bandFilterInGraph, checkBand } from './band.ts';

/** Level and bandwidth that a sound is held to. */
export interface SoundLimits extends Band {
  /** Root mean square, linear amplitude. */
  rms: number;
}

/** The sounds of one level and band: a sphere in a subspace. */
export interface SoundConstraint {
  /**
   * The sound's part inside the band, at the level.
   *
   * @param waveform - Shape [samples].
   */
  project(waveform: Float32Array): Float32Array;
  /**
   * The part of a gradient that leads along the sphere: at a constrained optimum there is none inside the band.
   *
   * @param waveform - A sound of this level and band, shape [samples].
   * @param gradient - With respect to it, shape [samples].
   */
  tangent(waveform: Float32Array, gradient: Float32Array): Float32Array;
  /** Both in TensorFlow.js ops, of tensors [sounds, samples]. */
  inGraph: ConstraintInGraph;
}

interface ConstraintInGraph {
  project(waveform: Tensor): Tensor;
  tangent(waveform: Tensor, gradient: Tensor): Tensor;
}

/** How often a sound whose peaks pass ±1 is clipped and brought back into band and level. */
const clippingPasses = 12;

/**
 * Prepares sounds of one level and band. Peaks beyond ±1 are clipped as far as level and band allow.
 *
 * @param limits - Level and band.
 * @param sound - Length and rate of the sounds.
 * @throws InputError when level or band cannot be had.
 */
export function soundConstraint(
  limits: SoundLimits,
  { samples, sampleRateHz }: { samples: number; sampleRateHz: number },
): SoundConstraint {
  checkLevel(limits);
  checkBand(limits, sampleRateHz);
  const inBand = bandFilter(limits, samples, sampleRateHz);
  const leveled = (waveform: Float32Array) => {
    const now = rms(waveform);
    if (now === 0)
      throw new InputError(
        `a sound must have energy from ${limits.lowHz} to ${limits.highHz} Hz, it has none there; widen the band`,
      );
    return waveform.map((value) => (value / now) * limits.rms);
  };
  return {
    project(waveform) {
      let sound = leveled(inBand(waveform));
      for (let pass = 0; pass < clippingPasses && sound.some((value) => Math.abs(value) > 1); pass++)
        sound = leveled(inBand(sound.map((value) => Math.max(-1, Math.min(1, value)))));
      return sound;
    },
    tangent(waveform, gradient) {
      let along = 0;
      let square = 0;
      for (let i = 0; i < waveform.length; i++) {
        along += gradient[i]! * waveform[i]!;
        square += waveform[i]! ** 2;
      }
      return gradient.map((value, i) => value - (along / square) * waveform[i]!);
    },
    inGraph: constraintInGraph(limits, { samples, sampleRateHz }),
  };
}

function constraintInGraph(
  limits: SoundLimits,
  { samples, sampleRateHz }: { samples: number; sampleRateHz: number },
): ConstraintInGraph {
  const sumOf = (values: Tensor) => tf.sum(values, 1, true);
  const leveled = (sound: Tensor) => {
    const level = tf.sqrt(tf.div(sumOf(tf.square(sound)), samples));
    return tf.mul(tf.div(sound, level), limits.rms);
  };
  return {
    project(waveform) {
      const inBand = bandFilterInGraph(limits, samples, sampleRateHz);
      let sound = leveled(inBand(waveform));
      // A graph cannot end early: a sound within ±1 stays what it is through all passes.
      for (let pass = 0; pass < clippingPasses; pass++) sound = leveled(inBand(tf.clipByValue(sound, -1, 1)));
      return sound;
    },
    tangent(waveform, gradient) {
      const share = tf.div(sumOf(tf.mul(gradient, waveform)), sumOf(tf.square(waveform)));
      return tf.sub(gradient, tf.mul(share, waveform));
    },
  };
}

function checkLevel({ rms: level }: SoundLimits): void {
  if (!(level > 0 && level <= 0.5))
    throw new InputError(`must be > 0 and ≤ 0.5, so that sounds fit between ±1, got ${level}; use 0.1`, {
      option: 'rms',
    });
}

/**
 * A rule that stays within a constraint: it sees the part of the gradient along it, and its steps end on it.
 *
 * @param optimizer - Any rule.
 * @param constraint - Where it stays.
 */
export function constrained(optimizer: Optimizer, constraint: SoundConstraint): Optimizer {
  const { project, tangent, inGraph } = constraint;
  return {
    ...(optimizer.inGraph ? { inGraph: constrainedInGraph(optimizer.inGraph, inGraph) } : {}),
    init: (waveform) => optimizer.init(project(waveform)),
    step(state, { loss, gradient }) {
      const next = optimizer.step(state, { loss, gradient: tangent(state.waveform, gradient) });
      return { ...next, waveform: project(next.waveform) };
    },
  };
}

function constrainedInGraph(rule: GraphRule, { project, tangent }: ConstraintInGraph): GraphRule {
  return {
    scalars: rule.scalars,
    update(state, gradient, scalars) {
      const next = rule.update(state, tangent(state.waveform, gradient), scalars);
      return { ...next, waveform: project(next.waveform) };
    },
  };
}
