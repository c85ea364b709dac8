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
  requireAll(
    path,
    preset,
    sought.map((each) => ({ ...each, found: find(each) })),
  );
  const found = sought.map((each) => ({ ...each, ...find(each)! }));
  const used = new Set(found.map(({ name }) => name));
  return {
    plan,
    prefix,
    weights: new Map(found.map(({ spec, step, array }) => [spec.name, laidOut(array, spec, step)])),
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
  const known = new Set(sought.flatMap(({ names }) => names));
  const counts = new Map<string, number>();
  for (const key of keys) {
    const words = key.split('.');
    for (let i = 0; i < words.length; i++)
      if (known.has(words.slice(i).join('.'))) {
        const prefix = words
          .slice(0, i)
          .map((word) => `${word}.`)
          .join('');
        counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
      }
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  if (best === undefined)
    throw new InputError(
      `${path} must hold an array that ends in '${sought[0]!.names[0]}', it holds ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}; give the checkpoint of this preset`,
    );
  return best[0];
}

/** Refuses a checkpoint in which weights are missing or of another shape, and names all of them. */
function requireAll(
  path: string,
  preset: PresetName,
  sought: readonly (Sought & { found: { name: string; array: NamedArray } | undefined })[],
): void {
  const missing = sought.filter(({ found }) => !found).map(({ names }) => names[0]!);
  const misshapen = sought.flatMap(({ spec, step, found }) => {
    const { stored } = layoutOf(spec, step);
    if (!found || found.array.shape.join() === stored.join()) return [];
    return [`${found.name} [${stored.join(', ')}], not [${found.array.shape.join(', ')}]`];
  });
  const shapes = `must have arrays of the shapes of ${preset}: ${listed(misshapen, 20)}`;
  if (missing.length > 0) {
    const more = misshapen.length > 0 ? `, and ${shapes}` : '';
    throw new InputError(
      `${path} must hold the weights of ${preset}, it lacks ${listed(missing, 20)}${more}; give that network's checkpoint`,
    );
  }
  if (misshapen.length > 0) throw new InputError(`${path} ${shapes}; give that network's checkpoint`);
}

function laidOut({ values }: NamedArray, spec: WeightSpec, step: PlannedOperation): NamedArray {
  const { sizes, axes } = layoutOf(spec, step);
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
