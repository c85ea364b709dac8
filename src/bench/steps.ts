import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { InputError } from '../base/inputError.ts';
import { createRandom } from '../base/random.ts';
import { compileStepper } from '../engine/compileStepper.ts';
import type { ComputingOptions } from '../engine/engine.ts';
import { staysOnDevice } from '../engine/stepper.ts';
import { tf } from '../engine/tf.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { networkOf } from '../model/createAuditoryModel.ts';
import { modelDescription } from '../model/loadModel.ts';
import { withOversampling } from '../model/withOversampling.ts';
import type { DescentRun } from '../synthesis/descentProgram.ts';
import { type CompiledMatching, coarsePartOf, compileMatching } from '../synthesis/matching.ts';
import { match } from '../synthesis/objective.ts';
import { synthesisPreset } from '../synthesis/presets.ts';
import { trainingConfig } from '../training/trainingConfig.ts';
import type { TrainingGraph } from '../training/trainingGraph.ts';
import { compileTraining } from '../training/trainingProgram.ts';
import { dropoutMasks, initialState } from '../training/trainingState.ts';
import { eachMatched, severalSounds } from './severalSounds.ts';

/** Work that is timed again and again. */
export interface TimedStep {
  /** Steps that a run takes: several where a device is not waited for in between. */
  steps: number;
  run(): Promise<unknown>;
  release(): Promise<void>;
}

const stepsOfRun = (computing: ComputingOptions) => (staysOnDevice(computing) ? 10 : 1);

/** Takes so many steps of a synthesis. */
async function takeAll(course: DescentRun, steps: number): Promise<void> {
  for (let left = steps; left > 0; ) left -= (await course.take(left)).length;
}

/**
 * A whole step of a synthesis at a stage: loss, gradient and the published update.
 *
 * @param computing - Sounds of one graph, default 1; engine, device, threads.
 */
export async function synthesisStep(
  model: AuditoryModel,
  stage: string,
  { sounds = 1, ...computing }: ComputingOptions & { sounds?: number },
): Promise<TimedStep> {
  // A device takes sounds that go each its own way; elsewhere they are made into one.
  const joined = staysOnDevice(computing) ? 1 : sounds;
  const optimizer = synthesisPreset('published-2023').optimizer(1);
  const samples = joined * model.samples;
  const { matchings, release } = await compileMatching(
    joined === 1 ? model : severalSounds(model, joined),
    { objective: joined === 1 ? match({ [stage]: 1 }) : eachMatched(stage, joined), optimizer },
    [noiseOf(samples, 0.1)],
    { ...computing, sounds: sounds / joined },
  );
  const { program, targets } = matchings[0]!;
  const courses = await Promise.all(
    Array.from({ length: sounds / joined }, (_, i) =>
      program.begin(optimizer.init(noiseOf(samples, 1e-5, i + 1)), targets),
    ),
  );
  const steps = stepsOfRun(computing);
  return { steps, run: () => Promise.all(courses.map((course) => takeAll(course, steps))), release };
}

/** As few as have `fast`'s shares of coarse and of other steps. */
const stepsOfFast = 10;

/**
 * Steps of a synthesis by `fast`, coarse ones and others in their shares, its own update included.
 *
 * @param options - Sounds of one graph, default 1; engine, device, threads.
 */
export async function fastSteps(
  model: AuditoryModel,
  stage: string,
  { sounds = 1, ...computing }: ComputingOptions & { sounds?: number },
): Promise<TimedStep> {
  const preset = synthesisPreset('fast');
  const optimizer = preset.optimizer(preset.steps);
  const coarse = coarsePartOf(preset, stepsOfFast, model);
  const samples = sounds * model.samples;
  const heardBy = (hearing: AuditoryModel) =>
    compileMatching(
      severalSounds(hearing, sounds),
      { objective: eachMatched(stage, sounds), optimizer },
      [noiseOf(samples, 0.1)],
      computing,
    );
  const fine = await heardBy(model);
  const first = coarse ? await heardBy(withOversampling(model, coarse.oversampling)) : fine;
  const start = optimizer.init(noiseOf(samples, 0.1, 2));
  const begun = ({ matchings: [matching] }: CompiledMatching) =>
    matching!.program.begin(start, matching!.targets);
  const coarsely = await begun(first);
  const finely = first === fine ? coarsely : await begun(fine);
  return {
    steps: stepsOfFast,
    async run() {
      const ofCoarse = coarse?.steps ?? 0;
      await takeAll(coarsely, ofCoarse);
      await takeAll(finely, stepsOfFast - ofCoarse);
    },
    async release() {
      await Promise.all([...new Set([first, fine])].map((each) => each.release()));
    },
  };
}

/** Excerpts of a training step that is timed, where nobody says otherwise. */
export const timedBatchSize = 16;

const timedTraining = trainingConfig({ corpus: 'none', steps: 1, batchSize: timedBatchSize });

/**
 * What a training step of a model's network computes.
 *
 * @param modelName - Name or folder, as the user gave it.
 * @param options - `hears`: from waveforms, or from cochleagrams that are there already; excerpts of a step.
 * @throws InputError for an ONNX file.
 */
export function timedTrainingGraph(
  model: AuditoryModel,
  modelName: string,
  { hears = true, batchSize = timedBatchSize }: { hears?: boolean; batchSize?: number } = {},
): TrainingGraph {
  if (modelName.endsWith('.onnx'))
    throw new InputError(
      `must be a network that can be trained, got ${modelName}; give a name or folder, or leave the part out`,
      { option: 'model' },
    );
  const plan = networkOf(modelDescription(modelName));
  const config = { ...timedTraining, batchSize };
  if (hears) {
    const cochleagram = createFastCochleagram(model.cochleagram, { oversampling: config.oversampling });
    return { plan, cochleagram, samples: model.samples, config };
  }
  const shape = plan.architecture.cochleagram;
  return {
    ...{ plan, config, samples: shape[0]! * shape[1]! },
    cochleagram: (given) => tf.reshape(given, [config.batchSize, ...shape]),
  };
}

/**
 * A whole training step: loss, gradients and the update of all weights.
 *
 * @param graph - Of {@link timedTrainingGraph}.
 * @param computing - Engine, device, threads.
 */
export async function trainingStep(graph: TrainingGraph, computing: ComputingOptions): Promise<TimedStep> {
  const { plan, samples, config } = graph;
  const { batchSize } = config;
  const program = await compileTraining(graph, computing);
  const batch = {
    waveforms: noiseOf(batchSize * samples, 0.1),
    words: Int32Array.from({ length: batchSize }, (_, i) => i % 16),
    genres: new Int32Array(batchSize),
  };
  const masks = dropoutMasks(plan, batchSize, 1, 0);
  const run = await program.begin(initialState(plan, 1));
  const options = { learningRate: 1e-3, masks, averaging: config.averaging };
  const steps = stepsOfRun(computing);
  return {
    steps,
    async run() {
      for (let i = 0; i < steps; i++) await run.step(batch, options);
      await run.told();
    },
    release: () => program.release(),
  };
}

/** What of a training graph its ear needs. */
type EarGraph = Pick<TrainingGraph, 'cochleagram' | 'samples'> & {
  config: Pick<TrainingGraph['config'], 'batchSize'>;
};

/**
 * The ear of a training step alone. Its cochleagrams stay where they are computed, as in the step: to read them back would
 * take a GPU longer than to hear them.
 *
 * @param graph - Of {@link timedTrainingGraph}.
 * @param computing - Engine, device, threads.
 */
export async function earAlone(
  { cochleagram, samples, config: { batchSize } }: EarGraph,
  computing: ComputingOptions,
): Promise<TimedStep> {
  const atOnce = stepsOfRun(computing);
  const stepper = await compileStepper(
    ({ waveforms }) => ({ told: { sum: tf.sum(cochleagram(waveforms!)) }, next: {} }),
    { state: {}, fixed: {}, given: { waveforms: { shape: [batchSize, samples] } }, atOnce },
    computing,
  );
  const waveforms = noiseOf(batchSize * samples, 0.1);
  const steps = await stepper.begin({ state: {}, fixed: {} });
  return {
    steps: atOnce,
    async run() {
      for (let i = 0; i < atOnce; i++) await steps.take([{ waveforms }]);
      return steps.told();
    },
    release: () => stepper.release(),
  };
}

/**
 * Gaussian noise.
 *
 * @param rms - Linear amplitude.
 * @param seed - Of the noise.
 */
export function noiseOf(samples: number, rms: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: samples }, () => rms * random.normal());
}
