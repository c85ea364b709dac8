import {
  type CochleagramParameters,
  cochleagramShape,
  defaultCochleagramParameters,
} from '../../../cochlea/parameters.ts';
import { InputError } from '../../base/inputError.ts';
import { type OnnxGraph, type OnnxNode, readOnnx } from '../../formats/onnx/readOnnx.ts';
import { neededNodes } from './checkGraph.ts';
import { withLengthInside } from './lengthInside.ts';
import { type Measure, measureWhatCan } from './measureOnnxGraph.ts';
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
    /** What differs from the published ear in one that makes what the graph takes. */
    cochleagram?: Partial<CochleagramParameters>;
    stages: { name: string; tensor: string }[];
  };
  tensors: DescribedTensor[];
  /** Tensors that are no stages: the operations that are not supported, or why they cannot be computed. */
  unsupported: { tensor: string; operations: readonly string[]; reason?: string }[];
}

/** What the caller knows of the sounds. */
export interface DescribeOptions {
  /** Rate of the sounds, Hz; default: a guess. */
  sampleRateHz?: number | undefined;
  /** Length of the sounds, seconds; default: what the graph fixes, else two seconds. */
  durationSeconds?: number | undefined;
}

/** Rates that models of sound have, the usual ones first. */
const usualRatesHz = [16000, 20000, 22050, 32000, 44100, 48000, 8000];

/**
 * Makes a description of an ONNX file to start from: a stage at every activation and at every output, and a guess at
 * rate, length and ear.
 *
 * @param path - The `.onnx` file.
 * @throws InputError when it cannot be read, has more inputs than one, or has nothing that could be a stage.
 */
export function describeOnnx(path: string, options: DescribeOptions = {}): OnnxDraft {
  const graph = readOnnx(path);
  requireOneInput(path, graph);
  const input = inputOf(graph);
  const heard = heardBy(graph, input, options);
  const candidates = candidatesOf(graph);
  const missing = missingOperations(
    graph,
    candidates.map(({ tensor }) => tensor),
  );
  const known = candidates.filter((_, i) => missing[i]!.operations.length === 0);
  if (known.length === 0)
    throw new InputError(
      `${path} must have a tensor that can be a stage, but ${missing.map(({ tensor, operations }) => `${tensor} needs ${operations.join(', ')}`).join('; ') || 'it holds no activation and no output'}; export it with operations that are known, see docs/guides/own-model.md`,
    );
  const { measures, failed } = withLengthInside(
    graph,
    { samples: heard.samples, option: 'durationSeconds' },
    () =>
      measureWhatCan(
        graph,
        inputShape(graph, input, heard),
        known.map(({ tensor }) => tensor),
      ),
  );
  const tensors = known.flatMap((candidate) => {
    const measure = measures.get(candidate.tensor);
    return measure ? [{ ...candidate, ...measure }] : [];
  });
  return {
    description: {
      ...{ version: 1, input, ...heard },
      stages: tensors.map(({ stage, tensor }) => ({ name: stage, tensor })),
    },
    tensors,
    unsupported: [...missing.filter(({ operations }) => operations.length > 0), ...failed],
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

/** Rate, length and ear: from the caller or the file's metadata, else the rate at which its samples are a round time. */
function heardBy(
  graph: OnnxGraph,
  input: OnnxDraft['description']['input'],
  { sampleRateHz: given, durationSeconds }: DescribeOptions,
): Pick<OnnxDraft['description'], 'sampleRateHz' | 'samples' | 'cochleagram'> {
  const told = Number([...graph.metadata].find(([key]) => /sampl(e|ing)[_ ]?rate/i.test(key))?.[1]);
  const rate = given ?? (told > 0 ? told : undefined);
  const fixed = graph.inputs[0]!.shape.at(-1)!;
  if (input === 'cochleagram') {
    const sampleRateHz = rate ?? defaultCochleagramParameters.sampleRateHz;
    const samples =
      fixed > 0 ? samplesOf(fixed, sampleRateHz) : (durationSeconds ?? usualSeconds) * sampleRateHz;
    return {
      ...{ sampleRateHz, samples: Math.round(samples) },
      ...earOf(graph.inputs[0]!.shape.at(-2)!, sampleRateHz),
    };
  }
  const isRound = (each: number) => Number.isInteger((2 * fixed) / each);
  const sampleRateHz = rate ?? usualRatesHz.find(isRound) ?? usualRatesHz[0]!;
  return { sampleRateHz, samples: fixed || Math.round((durationSeconds ?? usualSeconds) * sampleRateHz) };
}

/** Length that gives a number of frames, samples. */
function samplesOf(frames: number, sampleRateHz: number): number {
  const { envelopeRateHz, downsamplingTaps } = defaultCochleagramParameters;
  return (frames * sampleRateHz) / envelopeRateHz + downsamplingTaps - 1;
}

/** What differs from the published ear in one of as many channels: a band for each but the lowest and the highest. */
function earOf(channels: number, sampleRateHz: number): Pick<OnnxDraft['description'], 'cochleagram'> {
  const published = defaultCochleagramParameters;
  const [usual] = cochleagramShape(published, published.sampleRateHz);
  const ear = {
    ...(channels === 0 || channels === usual ? {} : { filters: Math.max(channels - 2, 1), overcomplete: 1 }),
    ...(published.highHz > sampleRateHz / 2 ? { highHz: sampleRateHz / 2 } : {}),
  };
  return Object.keys(ear).length === 0 ? {} : { cochleagram: ear };
}

/** The graph's own sizes; those that it leaves open as the description's ear and length have them. */
function inputShape(
  graph: OnnxGraph,
  input: OnnxDraft['description']['input'],
  { sampleRateHz, samples, cochleagram }: ReturnType<typeof heardBy>,
): number[] {
  const { shape } = graph.inputs[0]!;
  const usual =
    input === 'waveform'
      ? [samples]
      : cochleagramShape({ ...defaultCochleagramParameters, sampleRateHz, ...cochleagram }, samples);
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
    const isNamed = outputs.includes(tensor) && /^\w[\w.-]*$/.test(tensor) && tensor !== 'cochleagram';
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
