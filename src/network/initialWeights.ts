import { arraySize } from '../base/arraySize.ts';
import { createRandom } from '../base/random.ts';
import type { WeightSpec } from './plannedOperation.ts';

/**
 * Initial values of one weight: He et al. (2015) in its uniform form, zeros for biases, ones and zeros for normalization.
 *
 * Each weight has its own stream, seeded by seed and name, so that it can be drawn alone and does not change when the
 * network gains a stage.
 *
 * @param spec - The weight.
 * @param seed - Whole number.
 * @returns Row-major values.
 */
export function initialWeight(spec: WeightSpec, seed: number): Float32Array {
  const values = new Float32Array(arraySize(spec.shape));
  if (spec.initial.kind === 'fill') return values.fill(spec.initial.value);
  const random = createRandom(seedOf(spec.name, seed));
  // A uniform distribution on ±limit has the variance limit²/3.
  const limit = Math.sqrt((3 * spec.initial.gain) / spec.initial.fanIn);
  for (let i = 0; i < values.length; i++) values[i] = limit * (2 * random.uniform() - 1);
  return values;
}

/** FNV-1a over seed and name. */
function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}:${name}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
