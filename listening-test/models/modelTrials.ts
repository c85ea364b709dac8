import { InputError } from '../../src/base/inputError.ts';
import type { CompileOptions } from '../../src/engine/engine.ts';
import type { AuditoryModel, Task } from '../../src/model/auditoryModel.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { type Guess, probabilityOf, recognize, requireClasses } from '../../src/model/recognize.ts';
import { trialExclusions } from '../../src/records/exclusionRules.ts';
import { type TrialRecord, trialRecord } from '../../src/records/trialRecord.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { soundOf } from '../study/clipRecord.ts';
import { clipPath, type LoadedStudy, loadStudy } from '../study/loadStudy.ts';
import type { Stimulus } from '../study/studySchema.ts';

/** Clips decoded at once, so that a study of thousands needs little memory. */
const clipsAtOnce = 400;
/** Level that the models were trained at; clips of a study have their own. */
const modelRms = 0.1;

/**
 * Lets a model answer every main clip of a study: the records of the network that is scored beside the listeners.
 *
 * @param loaded - The study.
 * @param model - The model; its most probable label is its answer, the target's probability its score.
 * @param options - Engine and device; `onProgress` hears how many clips are done.
 * @returns One record a clip of the tasks that the model has a classifier for.
 * @throws InputError when the model names no classes or has none of the study's tasks, or a clip cannot be read.
 */
export async function modelTrials(
  loaded: LoadedStudy,
  model: AuditoryModel,
  { onProgress, ...options }: CompileOptions & { onProgress?: (done: number, all: number) => void },
): Promise<TrialRecord[]> {
  requireClasses(model);
  const tasks = new Set<string>(model.classifiers.map(({ task }) => task));
  const stimuli = [...loaded.stimuli.values()].filter(({ role, task }) => role === 'main' && tasks.has(task));
  if (stimuli.length === 0)
    throw new InputError(
      `${model.name} recognizes ${[...tasks].join(', ')}, the study in ${loaded.folder} asks for ${Object.keys(loaded.study.tasks).join(', ')}; give a model of its tasks`,
    );
  const records: TrialRecord[] = [];
  for (let first = 0; first < stimuli.length; first += clipsAtOnce) {
    const part = stimuli.slice(first, first + clipsAtOnce);
    const waveforms: Float32Array[] = [];
    for (const { id } of part) waveforms.push(await waveformOf(clipPath(loaded, id), model));
    const heard = await recognize(model, waveforms, {
      ...options,
      form: 'fast',
      top: Number.POSITIVE_INFINITY,
    });
    part.forEach((stimulus, i) => {
      const guesses = heard[i]![stimulus.task as Task];
      records.push(recordOf(loaded, stimulus, { model, guesses, trialIndex: first + i }));
    });
    onProgress?.(records.length, stimuli.length);
  }
  return records;
}

/** A model's answers to a study. */
export interface ScoredModel {
  model: string;
  records: TrialRecord[];
}

/**
 * Lets several models answer a study's clips.
 *
 * @param folder - The study's folder.
 * @param names - Models by name, folder or ONNX file.
 * @param options - Engine and device; `onProgress` hears how many clips a model has done.
 * @returns The records of each model, in the order given.
 */
export async function scoreModels(
  folder: string,
  names: readonly string[],
  {
    onProgress,
    ...options
  }: CompileOptions & { onProgress?: (model: string, done: number, all: number) => void },
): Promise<ScoredModel[]> {
  const loaded = loadStudy(folder);
  const scored: ScoredModel[] = [];
  for (const name of names) {
    const model = loadModel(name);
    const records = await modelTrials(loaded, model, {
      ...options,
      ...(onProgress ? { onProgress: (done, all) => onProgress(model.name, done, all) } : {}),
    });
    scored.push({ model: model.name, records });
  }
  return scored;
}

async function waveformOf(path: string, model: AuditoryModel): Promise<Float32Array> {
  const { samples } = await readSound(path, {
    sampleRateHz: model.sampleRateHz,
    durationSeconds: model.samples / model.sampleRateHz,
    rms: modelRms,
    demean: true,
  });
  return samples;
}

function recordOf(
  { study }: LoadedStudy,
  stimulus: Stimulus,
  { model, guesses, trialIndex }: { model: AuditoryModel; guesses: readonly Guess[]; trialIndex: number },
): TrialRecord {
  return trialRecord({
    study: study.id,
    participant: model.name,
    observer: model.name,
    task: stimulus.task,
    trialIndex,
    ...soundOf(stimulus, study),
    target: stimulus.target,
    response: guesses[0]!.label,
    targetProbability: probabilityOf(guesses, stimulus.target),
    exclusionRules: trialExclusions({ playValid: true, isReplaced: stimulus.replaced }),
  });
}
