import type { Classifier } from './auditoryModel.ts';
import { nullLabel } from './modelDescription.ts';

/**
 * Probability of each class.
 *
 * @param logits - Shape [classes].
 * @param classifier - Whether its classes exclude each other.
 * @returns The softmax over all classes, or where several may be true at once each class's own sigmoid.
 */
export function classProbabilities(
  logits: Float32Array,
  { several = false }: Pick<Classifier, 'several'>,
): number[] {
  if (several) return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/**
 * What a sound and another one are recognized as: one class where a classifier's classes exclude each other, all above
 * a probability where several may be true.
 *
 * @param classifier - Its labels, and which classes count as recognized.
 * @param reference - Logits of the sound, shape [classes].
 * @param other - Logits of the other one.
 * @returns Labels, equal where the other sound is recognized as the first is: as the same class or classes, or, where
 *   the best k count, as one whose k best hold the first sound's best and the other way round.
 */
export function recognizedAlike(
  classifier: Classifier,
  reference: Float32Array,
  other: Float32Array,
): { reference: string; other: string } {
  const { recognized = classifier.several ? { above: 0.5 } : { top: 1 } } = classifier;
  if ('above' in recognized) {
    const labels = (logits: Float32Array) => labelsAbove(classifier, logits, recognized.above);
    return { reference: labels(reference), other: labels(other) };
  }
  const [first, second] = [ranked(reference), ranked(other)];
  const isAlike =
    second.slice(0, recognized.top).includes(first[0]!) &&
    first.slice(0, recognized.top).includes(second[0]!);
  const label = (place: number) => classifier.labels[place]!;
  return { reference: label(first[0]!), other: label(isAlike ? first[0]! : second[0]!) };
}

function labelsAbove(classifier: Classifier, logits: Float32Array, above: number): string {
  const probabilities = classProbabilities(logits, classifier);
  const labels = classifier.labels.filter((_, place) => probabilities[place]! > above);
  return labels.length > 0 ? labels.join(' + ') : nullLabel;
}

/** Places of the classes, most probable first. */
function ranked(logits: Float32Array): number[] {
  return Array.from(logits, (_, place) => place).sort((a, b) => logits[b]! - logits[a]!);
}
