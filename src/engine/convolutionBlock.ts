import { arraySize } from '../base/arraySize.ts';
import type { OnnxModel } from '../formats/onnx/writeOnnx.ts';
import { addNode, createGraph } from './graph.ts';
import { lower } from './lowering/lowering.ts';
import { processorLowerings } from './lowering/processor.ts';
import { ort } from './onnxRuntime.ts';
import { createSession } from './onnxSession.ts';

/** Blocks that ONNX Runtime has, by processor. */
const blocks = [16, 8];

/** Whether those of each block come out right. */
const right = new Map<number, Promise<boolean>>();

/**
 * Channels of a block of ONNX Runtime's convolutions on this processor, tried out once: those blocks count by which small
 * convolutions come out right. Its operators for them are its own affair, so that another version may lack them.
 *
 * @param candidates - Numbers of channels, the best first.
 * @returns The number, undefined where there are no such convolutions.
 */
export async function convolutionBlock(candidates: readonly number[] = blocks): Promise<number | undefined> {
  for (const block of candidates) {
    const known = right.get(block) ?? isRight(block);
    right.set(block, known);
    if (await known) return block;
  }
  return undefined;
}

const outputChannels = 32;
const imageSize = [4, 5];
const first = { kernel: [3, 2], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
/** The convolutions tried: of few channels and of whole blocks; of one tap, in steps, taps apart, with borders. */
const tried = [
  ...[1, 3, 32].map((channels) => ({ ...first, channels })),
  { ...first, channels: 32, kernel: [1, 1] },
  ...[3, 32].map((channels) => ({ ...first, channels, strides: [2, 2], pads: [0, 1, 2, 0] })),
  { ...first, channels: 32, dilations: [2, 3], pads: [1, 0, 0, 2] },
];

async function isRight(block: number): Promise<boolean> {
  try {
    const [blocked, plain] = [await convolved(block), await convolved(undefined)];
    return blocked.every((values, i) => values.every((value, j) => Math.abs(value - plain[i]![j]!) < 1e-3));
  } catch {
    return false;
  }
}

/** What the convolutions of numbers of different sizes give. */
async function convolved(block: number | undefined): Promise<Float32Array[]> {
  const session = await createSession(trial(block), { threads: 1 });
  const feeds = session.inputNames.map((name) => {
    const shape = name.split(':')[0]!.split(',').map(Number);
    const size = arraySize(shape);
    return [
      name,
      new ort.Tensor(
        'float32',
        Float32Array.from({ length: size }, (_, i) => (i % 13) / 13),
        shape,
      ),
    ];
  });
  try {
    const results = await session.run(Object.fromEntries(feeds));
    return session.outputNames.map((name) => results[name]!.data as Float32Array);
  } finally {
    await session.release();
  }
}

/** Convolutions one beside the other; inputs are named by their shapes, and by which of them they are. */
function trial(block: number | undefined): OnnxModel {
  const graph = createGraph();
  const outputs = tried.map(({ channels, kernel, strides, dilations, pads }, i) => {
    const shape = [outputChannels, channels, ...kernel];
    const inputs = [[1, channels, ...imageSize], shape].map((of, side) => {
      const name = `${of}:${i}:${side}`;
      graph.inputs.push({ name, type: 'float32', shape: of });
      return name;
    });
    const [name] = addNode(graph, 'LearnedConv', inputs, { strides, dilations, pads, shape });
    const size = imageSize.map((length, axis) => {
      const room = length + pads[axis]! + pads[axis + 2]! - dilations[axis]! * (kernel[axis]! - 1);
      return Math.floor((room - 1) / strides[axis]!) + 1;
    });
    return { name: name!, type: 'float32' as const, shape: [1, outputChannels, ...size] };
  });
  const { graph: lowered, nameOf } = lower(graph, processorLowerings(block));
  return {
    nodes: lowered.nodes,
    constants: [...lowered.constants.values()],
    inputs: lowered.inputs,
    outputs: outputs.map((output) => ({ ...output, name: nameOf(output.name) })),
  };
}
