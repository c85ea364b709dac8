import { type Sound, samplesOf } from '../../stimuli/sound.ts';
import { InputError } from '../base/inputError.ts';
import type { AuditoryModel, Classifier, Task } from './auditoryModel.ts';
import { type ComputeOptions, computeActivations } from './computeActivations.ts';
import { classProbabilities } from './recognizedClasses.ts';

/** A label and how probable the model holds it. */
export interface Guess {
  label: string;
  /** Softmax of the logits over all classes, the null class included; where several may be true at once its sigmoid. */
  probability: number;
}

/** What a model hears in one sound by task, best guess first. */
export type Recognition = Record<Task, Guess[]>;

/**
 * Lets a model recognize sounds.
 *
 * @param sounds - Each of the model's length and rate.
 * @param options - Form of the cochleagram, default `fast`; engine, device; `top`: guesses a task, default 5, `Infinity`
 *   for all.
 * @returns One recognition a sound.
 * @throws InputError when the model names no classes.
 */
export async function recognize(
  model: AuditoryModel,
  sounds: readonly (Sound | Float32Array)[],
  { top = 5, form = 'fast', ...computing }: Partial<ComputeOptions> & { top?: number } = {},
): Promise<Recognition[]> {
  requireClasses(model);
  const stages = model.classifiers.map(({ stage }) => stage);
  const logits = await computeActivations(model, sounds.map(samplesOf), stages, { ...computing, form });
  return logits.map((ofSound) => {
    const guesses = model.classifiers.map((classifier, i) => [
      classifier.task,
      bestGuesses(ofSound[i]!, classifier, top),
    ]);
    return Object.fromEntries(guesses) as Recognition;
  });
}

/**
 * Probability of one label.
 *
 * @param guesses - All guesses of a task.
 * @returns 0 for a label that the model does not have.
 */
export function probabilityOf(guesses: readonly Guess[], label: string): number {
  return guesses.find((guess) => guess.label === label)?.probability ?? 0;
}

/**
 * Refuses a model that names no classes.
 *
 * @throws InputError when it cannot recognize anything.
 */
export function requireClasses(model: AuditoryModel): void {
  if (model.classifiers.length === 0)
    throw new InputError(
      `${model.name} must name classes to recognize sounds, it names none; list classifiers in the .json beside an ONNX file, or choose another model`,
    );
}

/**
 * The most probable classes.
 *
 * @param logits - Shape [classes].
 * @param classifier - Labels of the classes, and whether several may be true.
 * @param top - How many.
 * @returns Best first.
 */
export function bestGuesses(
  logits: Float32Array,
  classifier: Pick<Classifier, 'labels' | 'several'>,
  top: number,
): Guess[] {
  return classProbabilities(logits, classifier)
    .map((probability, i) => ({ label: classifier.labels[i]!, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}
