/**
 * Thirteen architectures as PyTorch exports them: how near stages and gradients are, and the time beside PyTorch's.
 *
 * Prints the table of README.md. A step is the forward pass and the gradient of the last stage with respect to the input.
 * Times are processor time of one thread, so that other work on the machine counts little; both in turns, medians.
 *
 *   npx tsx test/bench/architectures.ts PYTHON [rounds]     # PYTHON: one with torch, for architectures.py beside this file
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { readOnnx } from '../../src/formats/onnx/readOnnx.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { runOnnxGraph } from '../../src/model/onnx/runOnnxGraph.ts';
import { median } from '../../src/statistics/estimates/descriptive.ts';
import { relativeError } from '../expectAllClose.ts';

const folder = join(import.meta.dirname, '../reference/architectures');
const [python = 'python3', rounds = '3'] = process.argv.slice(2);

/** Largest relative error (Euclidean) of the stages and of their gradients, over both exporters. */
async function worstErrors(name: string): Promise<{ stage: number; gradient: number }> {
  const worst = { stage: 0, gradient: 0 };
  for (const file of [`${name}.onnx`, `${name}-traced.onnx`]) {
    const graph = readOnnx(join(folder, file));
    const arrays = readSafetensors(join(folder, `${name}.safetensors`));
    const { shape, values } = arrays.get('input')!;
    const program = await compile(
      ({ x }) =>
        Object.fromEntries(
          runOnnxGraph(graph, x, graph.outputs).flatMap((stage, i) => [
            [graph.outputs[i]!, stage],
            [`gradient/${graph.outputs[i]}`, slope(graph, graph.outputs[i]!)(x)],
          ]),
        ),
      { x: { shape } },
    );
    const results: Record<string, Float32Array> = await program.run({ x: values });
    for (const stage of graph.outputs)
      for (const [kind, key] of [
        ['stage', stage],
        ['gradient', `gradient/${stage}`],
      ] as const)
        worst[kind] = Math.max(worst[kind], relativeError(results[key]!, arrays.get(key)!.values));
    await program.release();
  }
  return worst;
}

function slope(graph: ReturnType<typeof readOnnx>, stage: string) {
  return tf.grad((x: Tensor) => tf.sum(tf.sin(runOnnxGraph(graph, x, [stage])[0]!)) as Tensor);
}

/** Milliseconds of processor time of one step. */
async function stepMs(name: string): Promise<number> {
  const graph = readOnnx(join(folder, `${name}.onnx`));
  const { shape, values } = readSafetensors(join(folder, `${name}.safetensors`)).get('input')!;
  const gradient = slope(graph, graph.outputs.at(-1)!);
  const program = await compile(({ x }) => ({ y: gradient(x) }), { x: { shape } }, { threads: 1 });
  const run = async (count: number) => {
    const begin = process.cpuUsage();
    for (let i = 0; i < count; i++) await program.run({ x: values });
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000 / count;
  };
  await run(5);
  const count = Math.max(5, Math.floor(200 / (await run(5))));
  const times = [];
  for (let i = 0; i < 5; i++) times.push(await run(count));
  await program.release();
  return median(times);
}

const theirs: Record<string, number>[] = [];
const ours: Record<string, number>[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const script = join(import.meta.dirname, 'architectures.py');
  theirs.push(JSON.parse(execFileSync(python, [script], { encoding: 'utf8' })) as Record<string, number>);
  const times: Record<string, number> = {};
  for (const name of Object.keys(theirs[0]!)) times[name] = await stepMs(name);
  ours.push(times);
}
const lines = [
  '| architecture | worst stage | worst gradient | PyTorch, ms | here, ms | ratio |',
  '|---|---|---|---|---|---|',
];
for (const name of Object.keys(theirs[0]!)) {
  const { stage, gradient } = await worstErrors(name);
  const [there, here] = [theirs, ours].map((all) => median(all.map((times) => times[name]!))) as [
    number,
    number,
  ];
  lines.push(
    `| ${name} | ${stage.toExponential(1)} | ${gradient.toExponential(1)} | ${there.toFixed(2)} | ${here.toFixed(2)} | ${(there / here).toFixed(1)} |`,
  );
}
process.stdout.write(`${lines.join('\n')}\n`);
