import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs';
import { createFastCochleagram } from '../../../cochlea/fastCochleagram.ts';
import { cochleagramShape } from '../../../cochlea/parameters.ts';
import { arraySize } from '../../base/arraySize.ts';
import { InputError } from '../../base/inputError.ts';
import { identityGradientRelu } from '../../engine/gradientRules.ts';
import { tf } from '../../engine/tf.ts';
import { type OnnxGraph, readOnnx } from '../../formats/onnx/readOnnx.ts';
import { type ActivationOptions, type AuditoryModel, checkStages, type Stage } from '../auditoryModel.ts';
import { type HearingOptions, hearingThrough } from '../hearingThrough.ts';
import { withLengthInside } from './lengthInside.ts';
import { measureOnnxGraph } from './measureOnnxGraph.ts';
import { type OnnxDescription, readOnnxDescription, requireOneInput } from './onnxDescription.ts';
import { forOtherLength } from './otherLength.ts';
import { runOnnxGraph } from './runOnnxGraph.ts';
import { stageInputs } from './stageInputs.ts';

/**
 * Makes a model of an ONNX file: a network trained elsewhere, run and differentiated like our own.
 *
 * @param path - The `.onnx` file, its one input a cochleagram or a waveform.
 * @returns The model; four-axis stages come as [batch, frequency, time, channel].
 * @throws InputError when file, description and graph do not fit together or an operation is not known.
 */
export function loadOnnxModel(
  path: string,
  { oversampling, durationSeconds, ear }: HearingOptions,
): AuditoryModel {
  const graph = readOnnx(path);
  requireOneInput(path, graph);
  const { described, ...ownLength } = forOtherLength(graph, readOnnxDescription(path, graph), {
    other: readOnnxDescription(path, graph, { durationSeconds }),
    takes: (tensor, other) => canMeasure(graph, inputShape(graph, other), tensor),
  });
  checkEar(described, path, ear);
  const description = hearingThrough(described, ear);
  checkInput(graph, description, path);
  const stages = stagesOf(graph, description, path);
  requireLabels(description, stages, path);
  const { name, cochleagram, samples, classifiers } = description;
  const model = { name, stages, ...ownLength };
  const cochleagramOf = createFastCochleagram(cochleagram, { oversampling });
  const run = (input: Tensor, stageNames: readonly string[], options: ActivationOptions = {}) =>
    batches(graph, input, (part) => outputsOf(graph, description, part, stageNames, options));
  const activationsOfCochleagram: AuditoryModel['activationsOfCochleagram'] = (coch, stageNames, options) => {
    checkStages(model, stageNames);
    if (description.input === 'waveform' && stageNames.some((stage) => stage !== 'cochleagram'))
      throw new InputError(`${name} takes the waveform, not a cochleagram; give it the sound`);
    return withCochleagram(coch, stageNames, (others) => run(graphInput(graph, coch), others, options));
  };
  return {
    name,
    hash: hashOf(path, description),
    path,
    sampleRateHz: cochleagram.sampleRateHz,
    samples,
    ...ownLength,
    oversampling,
    cochleagram,
    stages,
    classifiers,
    takesWaveform: description.input === 'waveform',
    activations(waveform, stageNames, options) {
      if (description.input === 'cochleagram')
        return activationsOfCochleagram(cochleagramOf(waveform), stageNames, options);
      checkStages(model, stageNames);
      const coch = stageNames.includes('cochleagram') ? cochleagramOf(waveform) : waveform;
      return withCochleagram(coch, stageNames, (others) => run(graphInput(graph, waveform), others, options));
    },
    activationsOfCochleagram,
  };
}

function checkEar({ input }: OnnxDescription, path: string, ear: HearingOptions['ear']): void {
  if (ear && input === 'waveform')
    throw new InputError(
      `must be left out for ${path}, which takes the waveform: no ear of ours stands before it; give a model that takes cochleagrams`,
      { option: 'ear' },
    );
}

function checkInput(graph: OnnxGraph, { input, cochleagram, samples }: OnnxDescription, path: string): void {
  const given = input === 'waveform' ? [samples] : cochleagramShape(cochleagram, samples);
  const taken = graph.inputs[0]!.shape.slice(-given.length);
  if (taken.length < given.length || taken.some((size, axis) => size > 0 && size !== given[axis]))
    throw new InputError(
      `${path}: the ${input} is [${given.join(', ')}], the graph takes [${taken.map((size) => size || 'any').join(', ')}]; set cochleagram parameters and samples in the .json beside it, or export the model with open sizes`,
    );
}

/** Results in the order asked for, `cochleagram` being the given one and the others computed together. */
function withCochleagram(
  cochleagram: Tensor,
  stageNames: readonly string[],
  compute: (others: readonly string[]) => Tensor[],
): Tensor[] {
  const others = stageNames.filter((name) => name !== 'cochleagram');
  const computed = others.length > 0 ? compute(others) : [];
  return stageNames.map((name) => (name === 'cochleagram' ? cochleagram : computed.shift()!));
}

/** The input with as many axes as the graph has: a channel axis after the batch where it wants one. */
function graphInput(graph: OnnxGraph, input: Tensor): Tensor {
  return tf.reshape(input, shapeForGraph(graph, input.shape));
}

function shapeForGraph(graph: OnnxGraph, [batch = 1, ...rest]: readonly number[]): number[] {
  const missing = graph.inputs[0]!.shape.length - 1 - rest.length;
  return [batch, ...Array<number>(Math.max(missing, 0)).fill(1), ...rest];
}

/** Shape of the graph's input for one sound. */
function inputShape(graph: OnnxGraph, { input, cochleagram, samples }: OnnxDescription): number[] {
  return shapeForGraph(graph, [
    1,
    ...(input === 'waveform' ? [samples] : cochleagramShape(cochleagram, samples)),
  ]);
}

function canMeasure(graph: OnnxGraph, shape: readonly number[], tensor: string): boolean {
  try {
    return measureOnnxGraph(graph, shape, [tensor]).length > 0;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Graphs exported for one sound at a time get the batch sound by sound. */
function batches(graph: OnnxGraph, input: Tensor, run: (part: Tensor) => Tensor[]): Tensor[] {
  const fixed = graph.inputs[0]!.shape[0]!;
  const batch = input.shape[0]!;
  if (fixed !== 1 || batch === 1) return run(input);
  const parts = tf.split(input, batch).map((part) => run(part));
  return parts[0]!.map((_, i) => tf.concat(parts.map((outputs) => outputs[i]!)));
}

function outputsOf(
  graph: OnnxGraph,
  { stages }: OnnxDescription,
  input: Tensor,
  stageNames: readonly string[],
  { identityGradient = false }: ActivationOptions,
): Tensor[] {
  const tensors = stageNames.map((name) => stages.find((stage) => stage.name === name)!.tensor);
  const outputs = runOnnxGraph(graph, input, tensors, identityGradient ? identityGradientRelu : undefined);
  return outputs.map((output) => (output.rank === 4 ? tf.transpose(output, [0, 2, 3, 1]) : output));
}

function stagesOf(graph: OnnxGraph, description: OnnxDescription, path: string): Stage[] {
  const { cochleagram, samples, input, stages } = description;
  const shape = cochleagramShape(cochleagram, samples);
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const lost = stages.find(({ tensor }) => !made.has(tensor));
  if (lost)
    throw new InputError(
      `${path}: stage '${lost.name}' must be a result of the graph, '${lost.tensor}' is none; its outputs are ${graph.outputs.join(', ')}`,
    );
  const measures = withLengthInside(graph, { samples }, () =>
    measureOnnxGraph(
      graph,
      inputShape(graph, description),
      stages.map(({ tensor }) => tensor),
    ),
  );
  const ofCochleagram = { name: 'cochleagram', tensor: graph.inputs[0]!.name };
  const inputs = stageInputs(graph, input === 'cochleagram' ? [ofCochleagram, ...stages] : stages);
  const measured = stages.map(({ name }, i): Stage => {
    const { shape: whole, macs, parameters } = measures[i]!;
    const [, ...own] = whole;
    const [channels, height, width] = own as [number, number, number];
    const stageShape = own.length === 3 ? [height, width, channels] : own;
    return { name, inputs: inputs.get(name)!, shape: stageShape, parameters, macs };
  });
  return [{ name: 'cochleagram', inputs: [], shape, parameters: 0, macs: 0 }, ...measured];
}

function requireLabels({ classifiers }: OnnxDescription, stages: readonly Stage[], path: string): void {
  for (const { task, stage, labels } of classifiers) {
    const logits = arraySize(stages.find(({ name }) => name === stage)!.shape);
    if (logits !== labels.length)
      throw new InputError(
        `${path}: classifier of '${task}' must have a label for each of the ${logits} logits of ${stage}, it has ${labels.length}; mend the .json beside it`,
      );
  }
}

function hashOf(path: string, description: OnnxDescription): string {
  return createHash('sha256').update(JSON.stringify(description)).update(readFileSync(path)).digest('hex');
}
