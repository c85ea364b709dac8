import { tmpdir } from 'node:os';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramSize } from '../../cochlea/parameters.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions } from '../engine/engine.ts';
import { tf } from '../engine/tf.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { nullDistribution } from '../synthesis/null/makeNull.ts';
import { type BatchShape, type BatchTimings, benchBatch, metamersPerHour } from './benchBatch.ts';
import { medianMs } from './medianMs.ts';
import { benchServer, type ServerTimings } from './server/benchServer.ts';
import { earAlone, noiseOf, synthesisStep, timedTrainingGraph, trainingStep } from './steps.ts';

/** What is measured and with what. */
export interface BenchSettings extends CompileOptions {
  model: AuditoryModel;
  /** Its name, folder or ONNX file, as the user gave it. */
  modelName: string;
  stages: readonly string[];
  threads: number;
  repeats: number;
  oversampling: number;
  /** Excerpts of a training step. */
  batchSize: number;
  /** Sounds of one graph in the batch; without it every way to share out a batch is measured. */
  soundsPerGraph?: number | undefined;
  /** Measures a batch's one process apart; metamers an hour. */
  measureApart: (shape: Omit<BatchShape, 'workers'>) => Promise<number>;
}

/** Timings of one part; medians of repeats after a warm-up. */
export type BenchResult = Record<string, unknown>;

/** Every part by name, in the order of the work. */
export const benchParts: Record<
  string,
  (settings: BenchSettings) => Promise<BenchResult | BatchTimings | ServerTimings>
> = {
  cochleagram: benchCochleagram,
  step: benchStep,
  batch: batchPart,
  null: benchNull,
  train: benchTraining,
  server: () => benchServer({ participants: 200, thinkMs: [1000, 2000] }),
};

/** The in-graph cochleagram of one clip, and its gradient. */
async function benchCochleagram(settings: BenchSettings): Promise<BenchResult> {
  const { model, threads, oversampling, repeats } = settings;
  const cochleagram = createFastCochleagram(model.cochleagram, { oversampling });
  const { frames } = cochleagramSize(model.cochleagram, model.samples);
  const sound = { shape: [1, model.samples] };
  const noise = noiseOf(model.samples, 0.1);
  const forward = await compile(({ x }) => ({ y: cochleagram(x) }), { x: sound }, settings);
  const channels = forward.outputShapes.y[1]!;
  const cotangent = noiseOf(channels * frames, 1);
  const gradient = await compile(
    ({ x, weights }) => ({ slope: tf.grad((y) => tf.sum(tf.mul(cochleagram(y as never), weights)))(x) }),
    { x: sound, weights: { shape: [1, channels, frames] } },
    settings,
  );
  const msForward = await medianMs(() => forward.run({ x: noise }), repeats);
  const msGradient = await medianMs(() => gradient.run({ x: noise, weights: cotangent }), repeats);
  await Promise.all([forward.release(), gradient.release()]);
  return { threads, oversampling, msForward, msGradient, peakMemoryMiB: peakMemoryMiB() };
}

/** One whole step of a synthesis at each stage: loss, gradient and the published update; of several sounds where they are asked for. */
async function benchStep(settings: BenchSettings): Promise<BenchResult> {
  const { model, stages, threads, oversampling, repeats, soundsPerGraph = 1 } = settings;
  const msPerStep: Record<string, number> = {};
  for (const stage of stages) {
    const { run, steps, release } = await synthesisStep(model, stage, {
      ...settings,
      sounds: soundsPerGraph,
    });
    msPerStep[stage] = (await medianMs(run, repeats)) / steps;
    process.stderr.write(`${model.name} ${stage}: ${msPerStep[stage].toFixed(1)} ms a step\n`);
    await release();
  }
  const ofSounds = Object.entries(msPerStep).map(([stage, ms]) => [stage, ms / soundsPerGraph]);
  return {
    ...{ model: model.name, threads, oversampling, msPerStep },
    ...(soundsPerGraph > 1 ? { soundsPerGraph, msPerSound: Object.fromEntries(ofSounds) } : {}),
    peakMemoryMiB: peakMemoryMiB(),
  };
}

/** A batch of syntheses, at the stage in the middle of the asked ones. */
async function batchPart(settings: BenchSettings): Promise<BenchResult | BatchTimings> {
  const { stages, threads, soundsPerGraph } = settings;
  const measured = { ...settings, stage: stages[Math.floor(stages.length / 2)]! };
  if (soundsPerGraph === undefined) return benchBatch(measured);
  return {
    threads,
    soundsPerGraph,
    metamersPerHour: await metamersPerHour(measured, { threads, soundsPerGraph }),
  };
}

/** As many sounds as have a million pairs. */
const soundsOfMillionPairs = 1415;

/** A null distribution of all stages from 192 sounds, and what a million pairs would take. */
async function benchNull(settings: BenchSettings): Promise<BenchResult> {
  const { model, threads } = settings;
  const sounds = Array.from({ length: 192 }, (_, seed) => noiseOf(model.samples, 0.1, seed + 1));
  const start = performance.now();
  const options = { ...settings, pairs: 1e6, seed: 1, scratchFolder: tmpdir() };
  const { pairs, seconds: parts } = await nullDistribution(model, sounds, options);
  const seconds = (performance.now() - start) / 1000;
  return {
    model: model.name,
    threads,
    sounds: sounds.length,
    pairs,
    seconds,
    secondsOfSounds: parts.sounds,
    secondsOfPairs: parts.pairs,
    // Not measured: activations and ranks grow with the sounds, products with the pairs.
    extrapolatedSecondsOfMillionPairs:
      (parts.sounds * soundsOfMillionPairs) / sounds.length + (parts.pairs * 1e6) / pairs,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

/** Training steps of a model's network, and the share of its ear in them. */
async function benchTraining(settings: BenchSettings): Promise<BenchResult> {
  const { model, modelName, threads, repeats, batchSize } = settings;
  const graph = timedTrainingGraph(model, modelName, { batchSize });
  const { oversampling } = graph.config;
  const whole = await trainingStep(graph, settings);
  const ear = await earAlone(graph, settings);
  const msStep = (await medianMs(whole.run, repeats)) / whole.steps;
  const msEar = (await medianMs(ear.run, repeats)) / ear.steps;
  await Promise.all([whole.release(), ear.release()]);
  return {
    ...{ model: model.name, threads, batchSize, oversampling, msPerStep: msStep, msEar },
    clipsPerSecond: (1000 * batchSize) / msStep,
    shareOfEar: msEar / msStep,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

const peakMemoryMiB = () => Math.round(process.resourceUsage().maxRSS / 1024);
