import { compile } from '../../engine/compile.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { tf } from '../../engine/tf.ts';
import { type AuditoryModel, stageShape, type Task } from '../../model/auditoryModel.ts';
import { computeActivations } from '../../model/computeActivations.ts';
import { classProbabilities } from '../../model/recognizedClasses.ts';
import type { LabeledSound } from './labeledSounds.ts';

/** What a network makes of a sound of its own task. */
export interface Answer {
  task: Task;
  isCorrect: boolean;
  /** Cross-entropy of the right label, nats. */
  loss: number;
}

/** A stage of a network whose units can be silenced. */
export interface LesionableStage {
  /** Channels of a convolution, or units of a flat stage. */
  units: number;
  /**
   * What the network makes of sounds without some of the stage's units, whose activations are set to zero.
   *
   * @param sounds - Places among the sounds that the stage was prepared with, from 0.
   * @param silenced - Places of the units, from 0.
   * @returns One answer a sound.
   */
  answers(sounds: readonly number[], silenced: readonly number[]): Promise<Answer[]>;
  release(): Promise<void>;
}

/** Sounds a run of the graph. */
const batch = 16;

/**
 * Prepares a stage: its activations by every sound are computed once, and the rest of the network is compiled with a gain
 * for each of its units.
 *
 * @param model - Of our own stages.
 * @param stage - Through which all tasks go.
 * @param options - Sounds, engine, device.
 */
export async function lesionableStage(
  model: AuditoryModel,
  stage: string,
  {
    sounds,
    ...computing
  }: ComputingOptions & {
    sounds: readonly LabeledSound[];
  },
): Promise<LesionableStage> {
  const shape = stageShape(model, stage);
  const units = shape.at(-1)!;
  const waveforms = sounds.map(({ waveform }) => waveform);
  const activations = await computeActivations(model, waveforms, [stage], { ...computing, form: 'fast' });
  const outputs = model.classifiers.map((classifier) => classifier.stage);
  const program = await compile(
    ({ activations: given, gains }) => {
      const logits = model.activationsAfter!(stage, tf.mul(given, gains), outputs);
      return Object.fromEntries(outputs.map((name, i) => [name, logits[i]!]));
    },
    { activations: { shape: [batch, ...shape] }, gains: { shape: [units] } },
    computing,
  );
  return {
    units,
    async answers(asked, silenced) {
      const gains = new Float32Array(units).fill(1);
      for (const unit of silenced) gains[unit] = 0;
      const answers: Answer[] = [];
      for (let first = 0; first < asked.length; first += batch) {
        const part = asked.slice(first, first + batch);
        const size = activations[0]![0]!.length;
        const given = new Float32Array(batch * size);
        for (const [i, sound] of part.entries()) given.set(activations[sound]![0]!, i * size);
        const logits = await program.run({ activations: given, gains });
        for (const [i, sound] of part.entries()) answers.push(answerTo(model, sounds[sound]!, { logits, i }));
      }
      return answers;
    },
    release: program.release,
  };
}

function answerTo(
  { classifiers }: AuditoryModel,
  { task, label }: LabeledSound,
  { logits, i }: { logits: Record<string, Float32Array>; i: number },
): Answer {
  const classifier = classifiers.find((each) => each.task === task)!;
  const count = classifier.labels.length;
  const own = logits[classifier.stage]!.subarray(i * count, (i + 1) * count);
  const right = classifier.labels.indexOf(label);
  const probability = classProbabilities(own, classifier)[right]!;
  return {
    task,
    isCorrect: own.every((logit, k) => k === right || logit < own[right]!),
    loss: -Math.log(Math.max(probability, 1e-30)),
  };
}
