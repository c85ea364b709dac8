import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { groupedBy } from '../base/groups.ts';
import { joinedNumbers } from '../base/joinedNumbers.ts';
import { byName } from '../engine/names.ts';
import { tf } from '../engine/tf.ts';
import type { WeightSpec } from '../network/plannedOperation.ts';

/** Weights that a training step changes as one. */
export interface WeightGroup {
  name: string;
  shape: readonly number[];
  isLearned: boolean;
  members: readonly WeightSpec[];
  /** How many of its numbers, from the first on, are of kernels. */
  ofKernels: number;
}

/**
 * Weights in groups: each alone, or all of a kind end to end, kernels first, so that a device, to which each op costs the
 * same however little it computes, updates them in a few.
 *
 * @param weights - Of a network.
 * @param areJoined - Whether all learned weights, and all running statistics, make one group.
 */
export function weightGroups(weights: readonly WeightSpec[], areJoined: boolean): WeightGroup[] {
  if (!areJoined)
    return weights.map((weight) => ({ ...weight, members: [weight], ofKernels: kernelNumbers([weight]) }));
  const kernelsFirst = [...weights.filter(isKernel), ...weights.filter((weight) => !isKernel(weight))];
  const kinds = groupedBy(kernelsFirst, ({ isLearned }) => isLearned);
  return [...kinds.values()].flatMap(inBuffers).map((members) => {
    const [{ name, isLearned }] = members as [WeightSpec];
    const size = numbersOf(members);
    const shape = isLearned ? [size, 1] : [size];
    return { name: `from ${name}`, shape, isLearned, members, ofKernels: kernelNumbers(members) };
  });
}

const isKernel = ({ shape }: WeightSpec) => shape.length > 1;

const numbersOf = (weights: readonly WeightSpec[]) =>
  weights.reduce((sum, { shape }) => sum + arraySize(shape), 0);

const kernelNumbers = (weights: readonly WeightSpec[]) => numbersOf(weights.filter(isKernel));

/** Numbers of a group of several: 128 MiB, which every WebGPU device promises for a buffer. */
const mostNumbers = 2 ** 25;

function inBuffers(weights: readonly WeightSpec[]): WeightSpec[][] {
  const buffers: WeightSpec[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const weight of weights) {
    size += arraySize(weight.shape);
    if (size <= mostNumbers) buffers.at(-1)!.push(weight);
    else {
      buffers.push([weight]);
      size = arraySize(weight.shape);
    }
  }
  return buffers;
}

/**
 * Tensors of weights by name, from those of their groups.
 *
 * @param groups - Groups that are there.
 * @param joined - Tensors by the group's name.
 */
export function partedTensors(
  groups: readonly WeightGroup[],
  joined: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  return Object.fromEntries(
    groups.flatMap(({ name, members }) => {
      const sizes = members.map(({ shape }) => arraySize(shape));
      // TensorFlow.js has no gradient of a split into one part.
      const parts = members.length === 1 ? [joined[name]!] : tf.split(shaped(joined[name]!, [-1]), sizes);
      return members.map((member, i) => [member.name, shaped(parts[i]!, member.shape)] as const);
    }),
  );
}

/**
 * Tensors of groups by name, from those of their weights.
 *
 * @param groups - Groups whose members are all there.
 * @param parts - Tensors by the weight's name.
 */
export function joinedTensors(
  groups: readonly WeightGroup[],
  parts: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  return byName(groups, ({ shape, members }) =>
    members.length === 1
      ? shaped(parts[members[0]!.name]!, shape)
      : shaped(tf.concat(members.map((member) => tf.reshape(parts[member.name]!, [-1]))), shape),
  );
}

/** A tensor in a shape; one that has it stays the op that it is. */
const shaped = (x: Tensor, shape: readonly number[]) =>
  tf.util.arraysEqual(x.shape, [...shape]) ? x : tf.reshape(x, [...shape]);

/**
 * Arrays of weights by name, from those of their groups; they share memory.
 *
 * @param groups - Of all weights, learned or not.
 * @param joined - Arrays by the group's name; of other groups nothing is given.
 */
export function partedValues(
  groups: readonly WeightGroup[],
  joined: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  const parts: Record<string, Float32Array> = {};
  for (const { name, members } of groups) {
    let place = 0;
    for (const member of joined[name] ? members : []) {
      const end = place + arraySize(member.shape);
      parts[member.name] = joined[name]!.subarray(place, end);
      place = end;
    }
  }
  return parts;
}

/**
 * Arrays of groups by name, from those of their weights.
 *
 * @param groups - Of all weights, learned or not.
 * @param parts - Arrays by the weight's name; of groups without theirs nothing is given.
 */
export function joinedValues(
  groups: readonly WeightGroup[],
  parts: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  const present = groups.filter(({ members }) => parts[members[0]!.name] !== undefined);
  return byName(present, ({ members }) => {
    if (members.length === 1) return parts[members[0]!.name]!;
    return joinedNumbers(members.map(({ name }) => parts[name]!));
  });
}
