import { join } from 'node:path';
import { InputError } from '../base/inputError.ts';
import { byName } from '../engine/names.ts';
import { networkOf } from '../model/createAuditoryModel.ts';
import { modelDescription, modelFiles, modelFolder } from '../model/loadModel.ts';
import type { ModelDescription } from '../model/modelDescription.ts';
import { storedWeights } from '../model/weightStore.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { NamedValues } from './gradientStep.ts';
import type { TrainingConfig } from './trainingConfig.ts';

type Labels = ModelDescription['labels'];

/**
 * Weights of an earlier model to begin a training with.
 *
 * @param drawn - What the new network would begin with anew, by name; classes that the earlier model lacks keep it.
 * @param description - The new model.
 * @param config - `from`, and `newClasses`: whether the two may differ in their classes.
 * @returns By name; arrays of its own.
 * @throws InputError when the classes differ and may not, or the networks differ otherwise.
 */
export function startingWeights(
  drawn: NamedValues,
  description: ModelDescription,
  { from, newClasses }: { from: string } & Pick<TrainingConfig, 'newClasses'>,
): NamedValues {
  const before = modelDescription(from);
  if (!newClasses) requireSameLabels(before.labels, description.labels, from);
  // With its own labels, so that a network that differs in anything else is refused.
  const plan = networkOf({ ...description, labels: before.labels });
  const stored = storedWeights(plan, join(modelFolder(from), modelFiles.weights));
  const sources = classSources(plan, before.labels, description.labels);
  return byName(networkOf(description).weights, ({ name }) => {
    const classes = sources.get(name);
    return classes ? byClass(stored(name), drawn[name]!, classes) : Float32Array.from(stored(name));
  });
}

function requireSameLabels(before: Labels, labels: Labels, from: string): void {
  for (const task of ['word', 'genre'] as const)
    if (before[task]?.join() !== labels[task]?.join())
      throw new InputError(
        `train: from must be a model of the same ${task} labels, ${from} has ${before[task]?.slice(1).join(', ') ?? 'none'}; set ${task}s to these, newClasses to true, or leave from out`,
      );
}

/** For each weight of the last stages: where the earlier model has each of the new classes, −1 where it has not. */
function classSources(
  plan: NetworkPlan,
  before: Labels,
  labels: Labels,
): Map<string, { sources: number[]; count: number }> {
  return new Map(
    plan.architecture.outputs.flatMap(({ task, stage }) => {
      const known = before[task] ?? [];
      const sources = (labels[task] ?? []).map((label) => known.indexOf(label));
      return plan.weights
        .filter(({ name }) => name.startsWith(`${stage}.`))
        .map(({ name }) => [name, { sources, count: known.length }] as const);
    }),
  );
}

/** The last dimension is that of the classes, in the kernel as in the bias. */
function byClass(
  stored: Float32Array,
  drawn: Float32Array,
  { sources, count }: { sources: readonly number[]; count: number },
): Float32Array {
  return drawn.map((value, i) => {
    const source = sources[i % sources.length]!;
    return source < 0 ? value : stored[Math.floor(i / sources.length) * count + source]!;
  });
}
