import { z } from 'zod';
import { createRandom } from '../base/random.ts';

/** Radius and step of the published attacks, for sounds of two seconds at RMS 0.1 and 20 kHz (norm 20). */
const published = { l2: { radius: 1, stepSize: 0.5 }, linf: { radius: 0.002, stepSize: 0.001 } } as const;

const positive = z.number().positive();

/**
 * What is added to each excerpt while training: an adversarial perturbation, or its control of the same size in a random
 * direction. Radius and step are in the units of the space: linear amplitude, or compressed envelope.
 *
 * @see Feather et al. (2023), Nat. Neurosci. 26, 2017–2034, Methods: L2 of radius 1 (step 0.5) or 0.5 (step 0.25), L∞ of
 *   0.002 (step 0.001), five steps from a random start.
 */
export const perturbationSchema = z
  .strictObject({
    kind: z.enum(['adversarial', 'random']).default('adversarial'),
    space: z.enum(['waveform', 'cochleagram']).default('waveform'),
    norm: z.enum(['l2', 'linf']).default('l2'),
    /** Largest norm of the perturbation; default: the published 1 (l2) or 0.002 (linf). */
    radius: positive.optional(),
    /** Length of a step; default: the published 0.5 (l2) or 0.001 (linf). A random perturbation takes none. */
    stepSize: positive.optional(),
    /** Gradient steps of an adversarial perturbation. */
    steps: z.int().positive().default(5),
  })
  .transform(({ kind, space, norm, radius, stepSize, steps }) => ({
    ...{ kind, space, norm },
    radius: radius ?? published[norm].radius,
    stepSize: stepSize ?? published[norm].stepSize,
    steps,
  }));

/** A perturbation, defaults filled in. */
export type Perturbation = z.infer<typeof perturbationSchema>;

/**
 * Random perturbations: where an attack begins, and the whole of the control.
 *
 * An attack begins anywhere in the ball of `linf` and on the shell of `l2`, where nearly all of a ball of so many
 * dimensions is; the control is on the shell, or in a corner of the ball.
 *
 * @param perturbation - Kind, norm and radius.
 * @param shape - Excerpts and numbers of each.
 * @param draw - Seed of the run and step, from 0; a resumed run draws the same.
 * @returns Shape [excerpts, size].
 */
export function randomPerturbations(
  { kind, norm, radius }: Pick<Perturbation, 'kind' | 'norm' | 'radius'>,
  { excerpts, size }: { excerpts: number; size: number },
  draw: { seed: number; step: number },
): Float32Array {
  const random = createRandom(draw.seed, 'perturbation', draw.step);
  const values = new Float32Array(excerpts * size);
  if (norm === 'linf')
    return values.map(() =>
      kind === 'random' ? radius * (random.uniform() < 0.5 ? -1 : 1) : radius * (2 * random.uniform() - 1),
    );
  for (let first = 0; first < values.length; first += size) {
    const part = values.subarray(first, first + size);
    for (let i = 0; i < size; i++) part[i] = random.normal();
    const length = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < size; i++) part[i]! *= radius / length;
  }
  return values;
}
