import { arraySize } from '../base/arraySize.ts';
import type { Architecture } from './architecture.ts';
import type { PlannedOperation, WeightSpec } from './plannedOperation.ts';
import { planOperation } from './planOperation.ts';

/** A stage with its shapes. */
export interface PlannedStage {
  name: string;
  input: string;
  operations: readonly PlannedOperation[];
  /** Shape of one sound's activations. */
  shape: readonly number[];
  /** Learned numbers. */
  parameters: number;
  macs: number;
}

/** A network with all shapes known. */
export interface NetworkPlan {
  architecture: Architecture;
  stages: readonly PlannedStage[];
  weights: readonly WeightSpec[];
  /** Masks that training draws. */
  dropouts: readonly { name: string; shape: readonly number[]; rate: number }[];
}

/**
 * Infers every shape of a network, its learned numbers and its multiply-accumulates.
 *
 * @param architecture - The network as data.
 * @throws RangeError when a stage's input is not an earlier stage or a stage repeats an operation with weights.
 */
export function planNetwork(architecture: Architecture): NetworkPlan {
  const shapes = new Map<string, readonly number[]>([['cochleagram', [...architecture.cochleagram, 1]]]);
  const stages = architecture.stages.map(({ name, input, operations }): PlannedStage => {
    let shape = shapes.get(input);
    if (!shape || shapes.has(name))
      throw new RangeError(
        `planNetwork: stage '${name}' must be new and its input an earlier stage (${[...shapes.keys()].join(', ')}), got '${input}'`,
      );
    const planned = operations.map((operation) => {
      // Half the units of a rectified layer are silent, so its weights begin with twice the variance.
      const gain = operations.some(({ kind }) => kind === 'relu') ? 2 : 1;
      const step = planOperation(operation, shape!, { stage: name, gain });
      shape = step.outputShape;
      return step;
    });
    shapes.set(name, shape);
    const learned = planned.flatMap((step) => step.weights.filter(({ isLearned }) => isLearned));
    return {
      name,
      input,
      operations: planned,
      shape,
      parameters: learned.reduce((sum, weight) => sum + arraySize(weight.shape), 0),
      macs: planned.reduce((sum, step) => sum + step.macs, 0),
    };
  });
  const weights = stages.flatMap((stage) => stage.operations.flatMap((step) => step.weights));
  const repeated = weights.find(({ name }, i) => weights.findIndex((other) => other.name === name) !== i);
  if (repeated)
    throw new RangeError(
      `planNetwork: a stage must have at most one operation of a kind with weights, got '${repeated.name}' twice`,
    );
  return { architecture, stages, weights, dropouts: stages.flatMap(dropoutsOf) };
}

/**
 * Name of the random mask of a stage's dropout.
 *
 * @param stage - Name of the stage.
 */
export function dropoutName(stage: string): string {
  return `${stage}.dropout`;
}

function dropoutsOf({ name, operations }: PlannedStage) {
  return operations.flatMap(({ operation, inputShape }) =>
    operation.kind === 'dropout'
      ? [{ name: dropoutName(name), shape: inputShape, rate: operation.rate }]
      : [],
  );
}
