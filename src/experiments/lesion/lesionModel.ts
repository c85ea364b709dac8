import type { HearingImpairment } from '../../../cochlea/impairment.ts';
import { InputError } from '../../base/inputError.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import type { AuditoryModel, Task } from '../../model/auditoryModel.ts';
import { earOf } from '../../model/hearingThrough.ts';
import { classifiersBehind } from '../../model/stageGraph.ts';
import type { LabeledSound } from './labeledSounds.ts';
import { lesionableStage } from './lesionedStage.ts';
import { type LesionSettings, lesionStage, type StageLesions } from './lesionStage.ts';
import type { Intact } from './segregation.ts';

/** How a network is lesioned. */
export interface LesionOptions extends Partial<LesionSettings>, ComputingOptions {
  /** Default: the shared stages with learned convolutions or matrices. */
  stages?: readonly string[];
  /** Stages that an earlier run had finished. */
  finished?: ReadonlyMap<string, StageLesions>;
  /** Is given each stage's results when they are there. */
  onStage?: (lesions: StageLesions) => void;
  onProgress?: (stage: string, done: number, total: number) => void;
  /** Ends the work after the lesion it is at. */
  signal?: AbortSignal | undefined;
}

/** What two tasks lose by the removal of units. */
export interface Lesions extends LesionSettings {
  model: string;
  modelHash: string;
  /** Hearing impairment of the ear it heard through; absent for the published ear. */
  ear?: HearingImpairment;
  tasks: {
    task: Task;
    /** Sounds that rank units, and that measure what their removal costs. */
    sounds: { ranking: number; test: number };
    /** Proportion correct of the test sounds without lesion, and by guessing. */
    intact: number;
    chance: number;
  }[];
  stages: StageLesions[];
}

/**
 * Removes from each shared stage of a network the units that one of its tasks needs most, and measures both tasks.
 *
 * @param model - A network of two tasks, made of our stages.
 * @param sounds - Of both tasks and both halves.
 * @param options - Stages, share of units, random lesions, seed, engine.
 * @throws InputError for a model that cannot be lesioned or does not recognize the sounds; the signal's reason when it
 *   is stopped.
 * @see Dobs, Martinez, Kell & Kanwisher (2022), Science Advances 8, eabl8913.
 */
export async function lesionModel(
  model: AuditoryModel,
  sounds: readonly LabeledSound[],
  options: LesionOptions = {},
): Promise<Lesions> {
  const { share = 0.2, randomLesions = 20, seed = 1, ...rest } = options;
  const { finished, onStage, onProgress, signal, ...computing } = rest;
  const settings = { share, randomLesions, seed };
  checkSettings(settings);
  const stages = stagesToLesion(model, options.stages);
  const chance = chanceOf(model, sounds);
  let intact: Intact | undefined;
  const lesions: StageLesions[] = [];
  for (const stage of stages) {
    const known = finished?.get(stage);
    const prepared =
      known && intact ? undefined : await lesionableStage(model, stage, { ...computing, sounds });
    try {
      intact ??= await intactAnswers(prepared!, sounds, chance);
      const found =
        known ??
        (await lesionStage(stage, prepared!, {
          ...{ sounds, intact, settings },
          onProgress(done, total) {
            onProgress?.(stage, done, total);
            signal?.throwIfAborted();
          },
        }));
      if (!known) onStage?.(found);
      lesions.push(found);
    } finally {
      await prepared?.release();
    }
  }
  return {
    ...{ model: model.name, modelHash: model.hash, ...earOf(model), ...settings },
    tasks: Object.entries(chance).map(([task, guessed]) => ({
      task,
      sounds: { ranking: countOf(sounds, task, 'ranking'), test: countOf(sounds, task, 'test') },
      intact: correctShare(intact!, task),
      chance: guessed,
    })),
    stages: lesions,
  };
}

/** The shared stages, as far as they are to be lesioned. */
function stagesToLesion(model: AuditoryModel, asked: readonly string[] | undefined): string[] {
  if (!model.activationsAfter)
    throw new InputError(
      `${model.name} must be a network of the toolkit's own stages, whose units can be removed; give a model folder`,
    );
  if (model.classifiers.length !== 2)
    throw new InputError(
      `${model.name} must have two tasks, it has ${model.classifiers.length}; give a network of two`,
    );
  const outputs = model.classifiers.map(({ stage }) => stage);
  const shared = model.stages.filter(
    ({ name, inputs }) =>
      inputs.length > 0 && !outputs.includes(name) && classifiersBehind(model, [name]).length === 2,
  );
  // What the outputs are cut out of holds the logits themselves.
  const holdsLogits = (name: string) =>
    model.stages.every(({ name: next, inputs, macs }) =>
      outputs.includes(next) ? inputs.includes(name) && macs === 0 : true,
    );
  const found = shared.filter(({ name, macs }) => macs > 0 && !holdsLogits(name)).map(({ name }) => name);
  const wrong = asked?.find((name) => !shared.some((stage) => stage.name === name));
  if (wrong !== undefined || found.length === 0)
    throw new InputError(
      `${wrong === undefined ? model.name : `stage '${wrong}' of ${model.name}`} must be shared by both tasks, of its stages ${found.join(', ') || 'none'} are; ${found.length > 0 ? 'name some of them' : 'give a network with a later branch point'}`,
    );
  return [...(asked ?? found)];
}

/** Chance by task: one of the labels among the task's test sounds. */
function chanceOf(model: AuditoryModel, sounds: readonly LabeledSound[]): Record<Task, number> {
  return Object.fromEntries(
    model.classifiers.map(({ task }) => {
      for (const half of ['ranking', 'test'] as const)
        if (countOf(sounds, task, half) < 2)
          throw new InputError(
            `each half must hold ≥ 2 sounds of the task ${task}, the ${half} half holds ${countOf(sounds, task, half)}; use a larger corpus, or another split of it`,
          );
      const labels = sounds.filter((sound) => sound.task === task && sound.half === 'test');
      return [task, 1 / new Set(labels.map(({ label }) => label)).size];
    }),
  );
}

async function intactAnswers(
  stage: Awaited<ReturnType<typeof lesionableStage>>,
  sounds: readonly LabeledSound[],
  chance: Record<Task, number>,
): Promise<Intact> {
  const places = [...sounds.keys()].filter((i) => sounds[i]!.half === 'test');
  const intact = { answers: await stage.answers(places, []), chance };
  for (const [task, guessed] of Object.entries(chance)) {
    const correct = correctShare(intact, task);
    if (!(correct > guessed))
      throw new InputError(
        `the network must recognize more than chance (${guessed.toFixed(2)}) of the test sounds of the task ${task}, it recognizes ${correct.toFixed(2)}; train it further, or use sounds like those of its training`,
      );
  }
  return intact;
}

function checkSettings({ share, randomLesions }: LesionSettings): void {
  if (!(share > 0 && share < 1))
    throw new InputError(`must lie between 0 and 1, got ${share}; use 0.2 as published`, { option: 'share' });
  if (!(Number.isInteger(randomLesions) && randomLesions >= 2))
    throw new InputError(`must be a whole number ≥ 2, got ${randomLesions}; use 20`, {
      option: 'randomLesions',
    });
}

const countOf = (sounds: readonly LabeledSound[], task: Task, half: LabeledSound['half']) =>
  sounds.filter((sound) => sound.task === task && sound.half === half).length;

function correctShare({ answers }: Intact, task: Task): number {
  const own = answers.filter((answer) => answer.task === task);
  return own.filter(({ isCorrect }) => isCorrect).length / own.length;
}
