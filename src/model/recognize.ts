import { InputError } from '../base/inputError.ts';
import type { AuditoryModel, Task } from './auditoryModel.ts';
import { type ComputeOptions, computeActivations } from './computeActivations.ts';

/** A label and how probable the model holds it. */
export interface Guess {
  label: string;
  /** Softmax of the logits over all classes, the null class included. */
  probability: number;
}

/** What a model hears in one sound, best guess first; tasks the model lacks are empty. */
export type Recognition = Record<Task, Guess[]>;

/**
 * Lets a model recognize sounds.
 *
 * @param waveforms - Each of shape [model.samples].
 * @param options - Form of the cochleagram, engine, device; `top`: guesses a task, default 5.
 * @returns One recognition a sound.
 * @throws InputError when the model names no classes.
 */
export async function recognize(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  { top = 5, ...options }: ComputeOptions & { top?: number },
): Promise<Recognition[]> {
  requireClasses(model);
  const stages = model.classifiers.map(({ stage }) => stage);
  const logits = await computeActivations(model, waveforms, stages, options);
  return logits.map((ofSound) => {
    const recognition: Recognition = { word: [], genre: [] };
    model.classifiers.forEach(({ task, labels }, i) => {
      recognition[task] = bestGuesses(ofSound[i]!, labels, top);
    });
    return recognition;
  });
}

/**
 * Refuses a model that names no classes.
 *
 * @throws InputError when it cannot recognize anything.
 */
export function requireClasses(model: AuditoryModel): void {
  if (model.classifiers.length === 0)
    throw new InputError(
      `${model.name} must name classes to recognize sounds, it names none; list classifiers in the .json beside it`,
    );
}

/**
 * The most probable classes.
 *
 * @param logits - Shape [classes].
 * @param labels - Label of each class.
 * @param top - How many.
 * @returns Best first.
 */
export function bestGuesses(logits: Float32Array, labels: readonly string[], top: number): Guess[] {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials
    .map((value, i) => ({ label: labels[i]!, probability: value / sum }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}
