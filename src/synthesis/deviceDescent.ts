import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { joinedNumbers } from '../base/joinedNumbers.ts';
import { compileStepper } from '../engine/compileStepper.ts';
import type { InputSpec } from '../engine/engine.ts';
import { prefixed, unprefixed } from '../engine/names.ts';
import { createPace } from '../engine/pace.ts';
import type { StepInputs, Steps, StepValues } from '../engine/stepper.ts';
import { tf } from '../engine/tf.ts';
import { type AuditoryModel, stageShape } from '../model/auditoryModel.ts';
import { checkFinite } from './checkFinite.ts';
import type { DescentOptions, DescentProgram, Lowering } from './descentProgram.ts';
import type { GraphRule, GraphState } from './graphRule.ts';
import { type Objective, referenceStages } from './objective.ts';
import type { OptimizerState } from './optimizer.ts';

/** What is lowered, and the rule in both its forms. */
interface DeviceDescent extends Lowering {
  rule: GraphRule;
}

/** A synthesis that has a place in the graph. */
interface Place {
  /** Where it begins; undefined once it has been laid down. */
  start: OptimizerState | undefined;
  targets: readonly Float32Array[];
  /** Steps taken. */
  step: number;
  /** The steps that it waits for: as many at most, and what takes what each tells. */
  waiting: { most: number; resolve(told: StepTold[]): void; reject(error: unknown): void } | undefined;
}

/** What is told of a sound's step. */
interface StepTold {
  loss: number;
  slope: number;
}

/** Steps of which what they tell is read at once. */
const stepsAtOnce = 20;
/** They shall take no longer, milliseconds: progress is shown and stops are heard in between. */
const longestMs = 250;

/**
 * Compiles steps of which loss, gradient and update are one graph, so that waveforms stay on the device. Several sounds
 * share a run of it: steps are taken once every synthesis that has begun waits for its next one.
 *
 * @param descent - What is lowered, and how.
 * @param options - Device, sounds a run.
 */
export async function compileDeviceDescent(
  model: AuditoryModel,
  descent: DeviceDescent,
  { sounds = 1, ...options }: DescentOptions,
): Promise<DescentProgram> {
  const { rule, optimizer } = descent;
  // What stands where there is no sound: an impulse, which a rule may hold to any level and band.
  const blank = optimizer.init(new Float32Array(model.samples).fill(1, 0, 1));
  const inputs = inputsOf(model, descent, { sounds, blank });
  const stepper = await compileStepper((given) => stepOf(model, descent, given), inputs, options);
  const places: (Place | undefined)[] = Array.from({ length: sounds });
  const occupied = () => places.filter((place) => place !== undefined);
  let steps: Steps | undefined;

  const givenAt = (present: typeof places, later: number) =>
    gathered(present.map((place) => rule.scalars((place?.step ?? 0) + later)));
  const pace = createPace(stepsAtOnce, longestMs);

  async function layDown(present: typeof places): Promise<Steps> {
    const goesOn = present.some((place) => place && !place.start);
    const all = steps && goesOn ? stateOf(await steps.state(), sounds) : [];
    const states = present.map((place, i) => place?.start ?? all[i] ?? blank);
    const targets = present.map((place) => place?.targets ?? []);
    for (const place of present) if (place) place.start = undefined;
    return stepper.begin(laidOut(states, targets, inputs));
  }

  async function takeSteps(): Promise<void> {
    // Others may begin while they are taken: they take no part.
    const present = places.slice();
    const waiting = present.map((place) => place?.waiting);
    for (const place of present) if (place) place.waiting = undefined;
    try {
      if (!steps || present.some((place) => place?.start)) steps = await layDown(present);
      const count = Math.min(pace.steps, ...waiting.map((each) => each?.most ?? stepsAtOnce));
      const begun = performance.now();
      await steps.take(Array.from({ length: count }, (_, later) => givenAt(present, later)));
      const told = await steps.told();
      pace.took(count, performance.now() - begun);
      for (const place of present) if (place) place.step += count;
      for (const [i, each] of waiting.entries())
        each?.resolve(told.map(({ losses, slopes }) => ({ loss: losses![i]!, slope: slopes![i]! })));
    } catch (error) {
      for (const each of waiting) each?.reject(error);
    }
  }

  const stepIfAllWait = () => {
    if (occupied().length > 0 && occupied().every(({ waiting }) => waiting)) void takeSteps();
  };
  return {
    async begin(start, targets) {
      const free = places.indexOf(undefined);
      if (free < 0) throw new RangeError(`begin: there must be a free place among ${sounds}, got none`);
      const place: Place = { start, targets, step: start.step, waiting: undefined };
      places[free] = place;
      const next = (most: number) =>
        new Promise<StepTold[]>((resolve, reject) => {
          place.waiting = { most, resolve, reject };
          stepIfAllWait();
        });
      return {
        async take(most) {
          const told = await next(most);
          for (const [i, { loss, slope }] of told.entries())
            checkFinite(loss, Number.isFinite(slope), place.step - told.length + i);
          return told.map(({ loss }) => loss);
        },
        state: async () =>
          place.start ?? { ...stateOf(await steps!.state(), sounds)[free]!, step: place.step },
        async loss() {
          const [told] = (await next(1)) as [StepTold];
          checkFinite(told.loss, true, place.step - 1);
          return told.loss;
        },
        close() {
          places[free] = undefined;
          stepIfAllWait();
        },
      };
    },
    release: () => stepper.release(),
  };
}

const targetName = (stage: string) => `target/${stage}`;

function inputsOf(
  model: AuditoryModel,
  { objective, rule }: DeviceDescent,
  { sounds, blank }: { sounds: number; blank: OptimizerState },
): StepInputs {
  const byRow = (length: number): InputSpec => ({ shape: [sounds, length] });
  const memory = blank.memory.map(({ length }, i) => [String(i), byRow(length)] as const);
  const scalars = Object.keys(rule.scalars(0)).map((name) => [name, byRow(1)] as const);
  const targets = referenceStages(objective).map(
    (name) => [targetName(name), { shape: [sounds, ...stageShape(model, name)] }] as const,
  );
  return {
    state: { waveform: byRow(model.samples), ...prefixed('memory', Object.fromEntries(memory)) },
    fixed: Object.fromEntries(targets),
    given: Object.fromEntries(scalars),
    atOnce: stepsAtOnce,
  };
}

/** One step of all sounds. The sum of their losses has each sound's own gradient, since none hears another. */
function stepOf(
  model: AuditoryModel,
  { objective, rule }: DeviceDescent,
  given: Record<string, Tensor>,
): { told: Record<string, Tensor>; next: Record<string, Tensor> } {
  const { stages, identityGradient = true } = objective;
  const references = referenceStages(objective);
  const waveform = given['waveform']!;
  let losses: Tensor | undefined;
  const { grad } = tf.valueAndGrad((y: Tensor) => {
    const activations = model.activations(y, stages, { identityGradient });
    losses = tf.keep(
      lossesOf(
        objective,
        activations,
        references.map((stage) => given[targetName(stage)]!),
      ),
    );
    return tf.sum(losses) as Scalar;
  })(waveform);
  const state: GraphState = { waveform, memory: Object.values(unprefixed('memory', given)) };
  const { waveform: moved, memory } = rule.update(state, grad, given);
  return {
    told: { losses: losses!, slopes: tf.sum(tf.square(grad), 1) },
    next: { waveform: moved, ...prefixed('memory', Object.fromEntries(Object.entries(memory))) },
  };
}

/** Loss of each sound. */
function lossesOf(objective: Objective, activations: readonly Tensor[], targets: readonly Tensor[]): Tensor {
  if (objective.losses) return objective.losses(activations, targets);
  const sounds = activations[0]!.shape[0]!;
  const ofSound = (batch: Tensor, i: number) =>
    sounds === 1
      ? batch
      : tf.slice(batch, [i, ...batch.shape.slice(1).fill(0)], [1, ...batch.shape.slice(1)]);
  const each = Array.from({ length: sounds }, (_, i) =>
    objective.loss(
      activations.map((batch) => ofSound(batch, i)),
      targets.map((batch) => ofSound(batch, i)),
    ),
  );
  return tf.stack(each);
}

/** States and targets one after the other, as the graph has them; nothing where a place is free. */
function laidOut(
  states: readonly OptimizerState[],
  targets: readonly (readonly Float32Array[])[],
  { fixed }: StepInputs,
): { state: StepValues; fixed: StepValues } {
  const memory = states[0]!.memory.map((_, i) => [
    `memory/${i}`,
    joinedNumbers(states.map((each) => each.memory[i]!)),
  ]);
  const ofStage = ([name, { shape }]: [string, InputSpec], i: number) => {
    const size = arraySize(shape.slice(1));
    return [name, joinedNumbers(targets.map((each) => each[i] ?? new Float32Array(size)))];
  };
  return {
    state: { waveform: joinedNumbers(states.map(({ waveform }) => waveform)), ...Object.fromEntries(memory) },
    fixed: Object.fromEntries(Object.entries(fixed).map(ofStage)),
  };
}

/** Each sound's part of the graph's state; steps are counted elsewhere. */
function stateOf(all: Readonly<Record<string, Float32Array>>, sounds: number): OptimizerState[] {
  const part = (values: Float32Array, i: number) => {
    const length = values.length / sounds;
    return values.slice(i * length, (i + 1) * length);
  };
  const memory = Object.values(unprefixed('memory', all));
  return Array.from({ length: sounds }, (_, i) => ({
    step: 0,
    waveform: part(all['waveform']!, i),
    memory: memory.map((values) => part(values, i)),
  }));
}

function gathered(scalars: readonly Readonly<Record<string, number>>[]): StepValues {
  const names = Object.keys(scalars[0]!);
  return Object.fromEntries(
    names.map((name) => [name, Float32Array.from(scalars, (ofSound) => ofSound[name]!)]),
  );
}
