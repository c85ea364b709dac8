import { InputError } from '../base/inputError.ts';
import { listed } from '../base/inWords.ts';
import { moveConstant } from '../engine/moveConstants.ts';
import { type NamedArray, readSafetensors } from '../formats/safetensors.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { PlannedOperation, WeightSpec } from '../network/plannedOperation.ts';
import type { PresetName } from '../network/presets.ts';
import { moduleNames } from './publishedNames.ts';

/** What a checkpoint gave. */
export interface ImportedWeights {
  /** Weights by the network's names. */
  weights: ReadonlyMap<string, NamedArray>;
  /** What stands before the names in the checkpoint, `module.model.` say. */
  prefix: string;
  /** Arrays of the checkpoint that the network has no place for. */
  unused: readonly string[];
}

/** A weight, the operation it is of and where a checkpoint may hold it. */
interface Sought {
  spec: WeightSpec;
  step: PlannedOperation;
  /** Names without prefix; any of them. */
  names: readonly string[];
}

/**
 * Maps a published PyTorch checkpoint onto a network.
 *
 * @param path - The state dict as safetensors.
 * @param preset - Preset that the plan is of.
 * @param planFor - Plans the network for numbers of classes, by task.
 * @returns Weights in the network's layouts: convolutions [height, width, in, out], matrices [in, out] with the places of
 *   a flattened array in the order frequency, time, channel.
 * @throws InputError naming all weights that are missing or of another shape.
 */
export function importWeights(
  path: string,
  preset: PresetName,
  planFor: (classes: (stage: string) => number | undefined) => NetworkPlan,
): ImportedWeights & { plan: NetworkPlan } {
  const arrays = readSafetensors(path);
  const draft = soughtIn(
    planFor(() => undefined),
    preset,
  );
  const prefix = prefixOf([...arrays.keys()], draft, path);
  const find = ({ names }: Sought) => {
    const name = names.map((each) => prefix + each).find((each) => arrays.has(each));
    return name === undefined ? undefined : { name, array: arrays.get(name)! };
  };
  // The last matrix tells how many classes there are.
  const classes = (stage: string) => {
    const kernel = draft.find(({ spec }) => spec.name === `${stage}.dense.kernel`);
    return kernel && find(kernel)?.array.shape[0];
  };
  const plan = planFor(classes);
  const sought = soughtIn(plan, preset);
  const missing = sought.filter((each) => !find(each)).map(({ names }) => names[0]!);
  if (missing.length > 0)
    throw new InputError(
      `${path} must hold the weights of ${preset}, it lacks ${listed(missing, 20)}; give that network's checkpoint`,
    );
  const found = sought.map((each) => ({ ...each, ...find(each)! }));
  const used = new Set(found.map(({ name }) => name));
  return {
    plan,
    prefix,
    weights: new Map(
      found.map(({ spec, step, name, array }) => [
        spec.name,
        laidOut(array, { spec, step, where: `${path}: ${name}` }),
      ]),
    ),
    unused: [...arrays.keys()].filter((name) => !used.has(name) && !name.endsWith('.num_batches_tracked')),
  };
}

function soughtIn(plan: NetworkPlan, preset: PresetName): Sought[] {
  const steps = plan.stages
    .flatMap(({ operations }) => operations)
    .flatMap((step) =>
      step.parts ? [...step.parts.body, ...step.parts.shortcut].map((part) => part.step) : [step],
    );
  return steps.flatMap((step) =>
    step.weights.map((spec): Sought => {
      const [, owner = '', part = ''] = /^(.*)\.(\w+)$/.exec(spec.name)!;
      const ending = partNames[part]!;
      return { spec, step, names: moduleNames(preset, owner).map((name) => `${name}.${ending}`) };
    }),
  );
}

/** PyTorch's names of the parts of an operation. */
const partNames: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  scale: 'weight',
  shift: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

/** What stands before the names: that under which most of the network's weights are found. */
function prefixOf(keys: readonly string[], sought: readonly Sought[], path: string): string {
  const [first] = sought;
  const prefixes = keys.flatMap((key) =>
    first!.names.flatMap((name) =>
      key === name || key.endsWith(`.${name}`) ? [key.slice(0, key.length - name.length)] : [],
    ),
  );
  const known = new Set(keys);
  const count = (prefix: string) =>
    sought.filter(({ names }) => names.some((name) => known.has(prefix + name))).length;
  const [best] = prefixes.sort((a, b) => count(b) - count(a));
  if (best === undefined)
    throw new InputError(
      `${path} must hold an array that ends in '${first!.names[0]}', it holds ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}; give the checkpoint of this preset`,
    );
  return best;
}

function laidOut(
  { shape, values }: NamedArray,
  { spec, step, where }: { spec: WeightSpec; step: PlannedOperation; where: string },
): NamedArray {
  const { stored, sizes, axes } = layoutOf(spec, step);
  if (shape.join() !== stored.join())
    throw new InputError(
      `${where} must have the shape [${stored.join(', ')}], it has [${shape.join(', ')}]; give that network's checkpoint`,
    );
  const { values: moved } = moveConstant(
    'Transpose',
    { shape: [...sizes], dtype: 'float32' },
    { values, attrs: { perm: axes } },
  )!;
  return { shape: spec.shape, values: moved as Float32Array };
}

/** Shape of an array in PyTorch, its sizes before flattening, and for each axis of ours the axis of PyTorch's. */
function layoutOf(spec: WeightSpec, { operation, inputShape }: PlannedOperation) {
  if (!spec.name.endsWith('.kernel')) return { stored: spec.shape, sizes: spec.shape, axes: [0] };
  const [, units] = spec.shape as [number, number];
  if (operation.kind === 'conv') {
    const [height, width, given, made] = spec.shape as [number, number, number, number];
    const sizes = [made, given, height, width];
    return { stored: sizes, sizes, axes: [2, 3, 1, 0] };
  }
  const stored = [units, spec.shape[0]!];
  if (inputShape.length === 1) return { stored, sizes: stored, axes: [1, 0] };
  const [frequency, time, channels] = inputShape as [number, number, number];
  return { stored, sizes: [units, channels, frequency, time], axes: [2, 3, 1, 0] };
}
