import { cochleagramShape, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { InputError } from '../../base/inputError.ts';
import { type OnnxGraph, type OnnxNode, readOnnx } from '../../formats/onnx/readOnnx.ts';
import { neededNodes } from './checkGraph.ts';
import { type Measure, measureOnnxGraph } from './measureOnnxGraph.ts';
import { inputOf, requireOneInput, usualSeconds } from './onnxDescription.ts';
import { operations } from './operations.ts';

/** A tensor that may be a stage. */
export interface DescribedTensor extends Measure {
  stage: string;
  tensor: string;
  /** Operation that makes it; the gate or function for those that several operations make. */
  operation: string;
}

/** A description to start from, and what it leaves out. */
export interface OnnxDraft {
  /** What may stand beside the file, as `net.json` beside `net.onnx`. */
  description: {
    version: 1;
    input: 'cochleagram' | 'waveform';
    sampleRateHz: number;
    samples: number;
    stages: { name: string; tensor: string }[];
  };
  tensors: DescribedTensor[];
  /** Tensors that are no stages, as they need operations that are not supported. */
  unsupported: { tensor: string; operations: readonly string[] }[];
}

/** Rates that models of sound have, the usual ones first. */
const usualRatesHz = [16000, 20000, 22050, 32000, 44100, 48000, 8000];

/**
 * Makes a description of an ONNX file to start from: a stage at every activation and at every output, and a guess at
 * rate and length.
 *
 * @param path - The `.onnx` file.
 * @throws InputError when it cannot be read, has more inputs than one, or has nothing that could be a stage.
 */
export function describeOnnx(path: string): OnnxDraft {
  const graph = readOnnx(path);
  requireOneInput(path, graph);
  const input = inputOf(graph);
  const { sampleRateHz, samples } = lengthOf(graph, input);
  const candidates = candidatesOf(graph);
  const missing = missingOperations(
    graph,
    candidates.map(({ tensor }) => tensor),
  );
  const usable = candidates.filter((_, i) => missing[i]!.operations.length === 0);
  if (usable.length === 0)
    throw new InputError(
      `${path} must have a tensor that can be a stage, but ${missing.map(({ tensor, operations }) => `${tensor} needs ${operations.join(', ')}`).join('; ') || 'it holds no activation and no output'}; export it with operations that are known, see docs/guides/own-model.md`,
    );
  const shape = inputShape(graph, input, samples);
  const measures = measureOnnxGraph(
    graph,
    shape,
    usable.map(({ tensor }) => tensor),
  );
  const tensors = usable.map((candidate, i) => ({ ...candidate, ...measures[i]! }));
  return {
    description: {
      ...{ version: 1, input, sampleRateHz, samples },
      stages: tensors.map(({ stage, tensor }) => ({ name: stage, tensor })),
    },
    tensors,
    unsupported: missing.filter((each) => each.operations.length > 0),
  };
}

/** Operations that are not supported and that each tensor needs, in one walk over the graph. */
function missingOperations(
  graph: OnnxGraph,
  tensors: readonly string[],
): { tensor: string; operations: readonly string[] }[] {
  const none: readonly string[] = [];
  const found = new Map<string, readonly string[]>();
  for (const node of neededNodes(graph, tensors)) {
    const below = [...node.inputs, ...node.captured].flatMap((name) => found.get(name) ?? none);
    const own = operations.has(node.opType) ? none : [node.opType];
    const missing = below.length + own.length === 0 ? none : [...new Set([...below, ...own])].sort();
    for (const output of node.outputs) found.set(output, missing);
  }
  return tensors.map((tensor) => ({ tensor, operations: found.get(tensor) ?? none }));
}

/** Rate and length: from the file's metadata, else the rate at which its samples are a round time. */
function lengthOf(graph: OnnxGraph, input: OnnxDraft['description']['input']) {
  const told = [...graph.metadata].find(([key]) => /sampl(e|ing)[_ ]?rate/i.test(key))?.[1];
  const fixed = input === 'waveform' ? graph.inputs[0]!.shape.at(-1)! : 0;
  const isRound = (rate: number) => Number.isInteger((2 * fixed) / rate);
  const guessed = input === 'waveform' ? (usualRatesHz.find(isRound) ?? usualRatesHz[0]!) : 0;
  const sampleRateHz = Number(told) > 0 ? Number(told) : guessed || defaultCochleagramParameters.sampleRateHz;
  return { sampleRateHz, samples: fixed || usualSeconds * sampleRateHz };
}

/** The graph's own sizes; those that it leaves open as the published cochleagram or the guessed length has them. */
function inputShape(graph: OnnxGraph, input: OnnxDraft['description']['input'], samples: number): number[] {
  const { shape } = graph.inputs[0]!;
  const published = defaultCochleagramParameters;
  const usual =
    input === 'waveform' ? [samples] : cochleagramShape(published, usualSeconds * published.sampleRateHz);
  return shape.map((size, axis) => size || (usual[axis - (shape.length - usual.length)] ?? 1));
}

/** Functions of one node; those of several (SiLU, GELU) are found by the node that they begin with. */
const activations = new Set(
  'Relu LeakyRelu PRelu Elu Selu Celu Gelu HardSwish Mish Softplus Swish ThresholdedRelu Softsign'.split(' '),
);

function candidatesOf(graph: OnnxGraph): Pick<DescribedTensor, 'stage' | 'tensor' | 'operation'>[] {
  const users = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) {
      const known = users.get(name);
      if (known) known.push(node);
      else users.set(name, [node]);
    }
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const outputs = graph.outputs.filter((name) => made.has(name));
  const counts = new Map<string, number>();
  const found = new Map<string, Pick<DescribedTensor, 'stage' | 'tensor' | 'operation'>>();
  for (const node of graph.nodes) {
    const activation = activationAt(node, users);
    const [tensor] = activation ? [activation.tensor] : node.outputs.filter((name) => outputs.includes(name));
    if (tensor === undefined || found.has(tensor)) continue;
    const operation = activation?.operation ?? node.opType;
    const number = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, number);
    const isNamed = outputs.includes(tensor) && /^[\w.-]+$/.test(tensor) && tensor !== 'cochleagram';
    const stage = isNamed ? tensor : `${operation.toLowerCase()}${number}`;
    found.set(tensor, { stage, tensor, operation });
  }
  return [...found.values()];
}

/** The activation that begins at a node: `Relu` is one, x · sigmoid(x) is SiLU, and what is made of an `Erf` is GELU. */
function activationAt(node: OnnxNode, users: ReadonlyMap<string, OnnxNode[]>) {
  const [output] = node.outputs;
  if (activations.has(node.opType)) return { tensor: output!, operation: node.opType };
  const next = users.get(output!) ?? [];
  if (node.opType === 'Sigmoid' || node.opType === 'HardSigmoid') {
    const gated = next.find(({ opType, inputs }) => opType === 'Mul' && inputs.includes(node.inputs[0]!));
    return gated && { tensor: gated.outputs[0]!, operation: 'Silu' };
  }
  if (node.opType !== 'Erf') return undefined;
  let tensor = output!;
  for (
    let after = next;
    after.length === 1 && /^(Add|Mul)$/.test(after[0]!.opType);
    after = users.get(tensor) ?? []
  )
    tensor = after[0]!.outputs[0]!;
  return { tensor, operation: 'Gelu' };
}
