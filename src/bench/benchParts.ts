import { tmpdir } from 'node:os';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramSize } from '../../cochlea/parameters.ts';
import { InputError } from '../base/inputError.ts';
import { createRandom } from '../base/random.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions } from '../engine/engine.ts';
import { tf } from '../engine/tf.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';
import { networkOf } from '../model/createAuditoryModel.ts';
import { modelDescription } from '../model/loadModel.ts';
import { median } from '../statistics/estimates/descriptive.ts';
import { compileGradient } from '../synthesis/gradientProgram.ts';
import { nullDistribution } from '../synthesis/null/makeNull.ts';
import { match } from '../synthesis/objective.ts';
import { synthesisPreset } from '../synthesis/presets.ts';
import { trainingConfig } from '../training/trainingConfig.ts';
import { compileTraining } from '../training/trainingProgram.ts';
import { dropoutMasks, initialState } from '../training/trainingState.ts';
import { benchServer, type ServerTimings } from './server/benchServer.ts';

/** What is measured and with what. */
export interface BenchSettings extends CompileOptions {
  model: AuditoryModel;
  /** Its name, folder or ONNX file, as the user gave it. */
  modelName: string;
  stages: readonly string[];
  threads: number;
  repeats: number;
  oversampling: number;
}

/** Timings of one part; medians of repeats after a warm-up. */
export type BenchResult = Record<string, unknown>;

/** Every part by name, in the order of the work. */
export const benchParts: Record<string, (settings: BenchSettings) => Promise<BenchResult | ServerTimings>> = {
  cochleagram: benchCochleagram,
  step: benchStep,
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

/** One whole step of a synthesis at each stage: loss, gradient and the published update. */
async function benchStep(settings: BenchSettings): Promise<BenchResult> {
  const { model, stages, threads, oversampling, repeats } = settings;
  const msPerStep: Record<string, number> = {};
  const optimizer = synthesisPreset('published-2023').optimizer(1);
  for (const stage of stages) {
    const reference = [noiseOf(model.samples, 0.1)];
    const [targets] = await computeActivations(model, reference, [stage], { ...settings, form: 'fast' });
    const program = await compileGradient(model, match({ [stage]: 1 }), settings);
    let state = optimizer.init(noiseOf(model.samples, 1e-5));
    msPerStep[stage] = await medianMs(async () => {
      state = optimizer.step(state, await program.evaluate(state.waveform, targets!));
    }, repeats);
    process.stderr.write(`${model.name} ${stage}: ${msPerStep[stage].toFixed(1)} ms a step\n`);
    await program.release();
  }
  return { model: model.name, threads, oversampling, msPerStep, peakMemoryMiB: peakMemoryMiB() };
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
  const { model, modelName, threads, repeats } = settings;
  const config = trainingConfig({ corpus: 'none', steps: 1, batchSize: 16 });
  const { batchSize, oversampling } = config;
  if (modelName.endsWith('.onnx'))
    throw new InputError(
      `must be a network that can be trained, got ${modelName}; give a name or folder, or leave the part out`,
      { option: 'model' },
    );
  const plan = networkOf(modelDescription(modelName));
  const cochleagram = createFastCochleagram(model.cochleagram, { oversampling });
  const program = await compileTraining({ plan, cochleagram, samples: model.samples, config }, settings);
  const ear = await compile(
    ({ x }) => ({ y: cochleagram(x) }),
    { x: { shape: [batchSize, model.samples] } },
    settings,
  );
  const batch = {
    waveforms: noiseOf(batchSize * model.samples, 0.1),
    words: Int32Array.from({ length: batchSize }, (_, i) => i),
    genres: new Int32Array(batchSize),
  };
  const masks = dropoutMasks(plan, batchSize, 1, 0);
  const run = await program.begin(initialState(plan, 1));
  const options = { learningRate: 1e-3, masks, averaging: config.averaging };
  const msStep = await medianMs(() => run.step(batch, options), repeats);
  const msEar = await medianMs(() => ear.run({ x: batch.waveforms }), repeats);
  await Promise.all([program.release(), ear.release()]);
  return {
    ...{ model: model.name, threads, batchSize, oversampling, msPerStep: msStep, msEar },
    clipsPerSecond: (1000 * batchSize) / msStep,
    shareOfEar: msEar / msStep,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

/** Median time of repeated runs after three that warm up, milliseconds. */
async function medianMs(run: () => Promise<unknown>, repeats: number): Promise<number> {
  const times: number[] = [];
  for (let i = -3; i < repeats; i++) {
    const start = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

function noiseOf(samples: number, rms: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: samples }, () => rms * random.normal());
}

const peakMemoryMiB = () => Math.round(process.resourceUsage().maxRSS / 1024);
