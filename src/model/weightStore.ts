import { InputError } from '../base/inputError.ts';
import { createRandom } from '../base/random.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { initialWeight } from '../network/initialWeights.ts';
import type { NetworkPlan } from '../network/plan.ts';

/** Gives weights by name; the same name gives the same array, so that a weight becomes one constant. */
export type WeightStore = (name: string) => Float32Array;

/**
 * Weights drawn at random, each when it is first asked for.
 *
 * @param plan - The network.
 * @param seed - Whole number.
 */
export function randomWeights(plan: NetworkPlan, seed: number): WeightStore {
  const specs = new Map(plan.weights.map((spec) => [spec.name, spec]));
  const drawn = new Map<string, Float32Array>();
  return (name) => {
    const values = drawn.get(name) ?? initialWeight(specs.get(name)!, seed);
    drawn.set(name, values);
    return values;
  };
}

/**
 * Weights of a safetensors file.
 *
 * @param plan - The network they belong to.
 * @param path - The file.
 * @param seed - Weights that the file lacks are drawn at random from it; without it the file must hold all.
 * @throws InputError when a weight is missing or of another shape.
 */
export function storedWeights(plan: NetworkPlan, path: string, seed?: number): WeightStore {
  const arrays = readSafetensors(path);
  for (const { name, shape } of plan.weights) {
    const found = arrays.get(name)?.shape;
    if (!found && seed !== undefined) continue;
    if (!found || found.length !== shape.length || found.some((size, axis) => size !== shape[axis]))
      throw new InputError(
        `${path} must hold '${name}' of shape [${shape.join(', ')}], ${found ? `its shape is [${found.join(', ')}]` : 'it is missing'}; weights and model.json do not belong together`,
      );
  }
  const drawn = randomWeights(plan, seed ?? 0);
  return (name) => arrays.get(name)?.values ?? drawn(name);
}

/**
 * The same weights, those of each array in another order: what is left of a model when only their distribution is kept.
 *
 * @param weights - To permute.
 * @param seed - Whole number.
 * @see Kell et al. (2018), Neuron 98, Fig. 6: the control with permuted filters.
 */
export function permutedWeights(weights: WeightStore, seed: number): WeightStore {
  const permuted = new Map<string, Float32Array>();
  return (name) => {
    const values =
      permuted.get(name) ??
      Float32Array.from(createRandom(seed, 'permuted', name).shuffled([...weights(name)]));
    permuted.set(name, values);
    return values;
  };
}
