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
 * @param tried - Numbers of channels, the best first.
 * @returns The number, undefined where there are no such convolutions.
 */
export async function convolutionBlock(tried: readonly number[] = blocks): Promise<number | undefined> {
  for (const block of tried) {
    const known = right.get(block) ?? isRight(block);
    right.set(block, known);
    if (await known) return block;
  }
  return undefined;
}

/** Input channels of the convolutions tried: few, and whole blocks. */
const inputChannels = [1, 3, 32];
const outputChannels = 32;

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
    const shape = name.split(',').map(Number);
    const size = shape.reduce((product, n) => product * n, 1);
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

/** Convolutions one beside the other; inputs are named by their shapes. */
function trial(block: number | undefined): OnnxModel {
  const graph = createGraph();
  const outputs = inputChannels.map((channels) => {
    const shapes = [
      [1, channels, 4, 5],
      [outputChannels, channels, 3, 2],
    ];
    const names = shapes.map(String);
    for (const [i, shape] of shapes.entries()) graph.inputs.push({ name: names[i]!, type: 'float32', shape });
    const [name] = addNode(graph, 'LearnedConv', names, {
      ...{ strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], shape: shapes[1] },
    });
    return { name: name!, type: 'float32' as const, shape: [1, outputChannels, 2, 4] };
  });
  const { graph: lowered, nameOf } = lower(graph, processorLowerings(block));
  return {
    nodes: lowered.nodes,
    constants: [...lowered.constants.values()],
    inputs: lowered.inputs,
    outputs: outputs.map((output) => ({ ...output, name: nameOf(output.name) })),
  };
}
