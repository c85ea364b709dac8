import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../src/base/random.ts';
import { addFloats, addNode, addWholes, createGraph } from '../src/engine/graph.ts';
import { encodeOnnx } from '../src/formats/onnx/writeOnnx.ts';
import { smallEar } from './cochlea/smallEar.ts';

/**
 * Writes a model of few ops, which devices in software compile in little time: `net.onnx` with its description, of
 * waveforms of any length; stages `heard` (a convolution, rectified) and `word`, of a null label, `high` and `low`.
 *
 * @param folder - An existing folder.
 * @param description - Rate of the sounds, Hz, and their length.
 * @returns The ONNX file.
 */
export function writeFewOpsOnnx(
  folder: string,
  { sampleRateHz, samples }: { sampleRateHz: number; samples: number },
): string {
  const random = createRandom(1);
  const noise = (length: number) => Float32Array.from({ length }, () => random.normal());
  const [channels, taps, classes] = [3, 9, 3];
  const graph = createGraph();
  const node = (opType: string, inputs: string[], attributes = {}) =>
    addNode(graph, opType, inputs, attributes)[0]!;
  const row = node('Unsqueeze', ['sound', addWholes(graph, [1])]);
  const kernel = addFloats(graph, noise(channels * taps), [channels, 1, taps]);
  const filtered = node('Conv', [row, kernel], { strides: [4], kernel_shape: [taps] });
  const heard = node('Relu', [filtered]);
  const level = node('ReduceMean', [heard, addWholes(graph, [2])], { keepdims: 0 });
  const votes = addFloats(
    graph,
    noise(channels * classes).map((value) => 10 * value),
    [channels, classes],
  );
  const word = node('MatMul', [level, votes]);
  const outputs = { heard, word };
  // A size of 0 is an open one.
  const open = (name: string, rank: number) => ({
    ...{ name, type: 'float32' as const },
    shape: new Array(rank).fill(0),
  });
  const model = {
    nodes: graph.nodes,
    constants: [...graph.constants.values()],
    inputs: [open('sound', 2)],
    outputs: [open(heard, 3), open(word, 2)],
  };
  const path = join(folder, 'net.onnx');
  writeFileSync(path, encodeOnnx(model));
  const description = {
    ...{
      version: 1,
      input: 'waveform',
      sampleRateHz,
      samples,
      cochleagram: { ...smallEar, sampleRateHz, filters: 4, overcomplete: 1, envelopeRateHz: 50 },
    },
    stages: Object.entries(outputs).map(([name, tensor]) => ({ name, tensor })),
    classifiers: [{ task: 'word', stage: 'word', labels: ['__null__', 'high', 'low'] }],
  };
  writeFileSync(join(folder, 'net.json'), JSON.stringify(description));
  return path;
}
