import { trialCells } from '../../listening-test/export/trialsCsv.ts';
import type { Stimulus } from '../../listening-test/study/definition.ts';
import { clipPath, type LoadedStudy, loadStudy } from '../../listening-test/study/loadStudy.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { fileName } from '../analysis/report/names.ts';
import { InputError } from '../base/inputError.ts';
import { csvText } from '../base/writeCsv.ts';
import type { CompileOptions } from '../engine/engine.ts';
import type { AuditoryModel, Task } from '../model/auditoryModel.ts';
import { loadModel } from '../model/loadModel.ts';
import { recognize, requireClasses } from '../model/recognize.ts';
import { type TrialRecord, trialColumns } from '../records/trialRecord.ts';

/** Clips decoded at once, so that a study of thousands needs little memory. */
const clipsAtOnce = 400;
/** Level that the models were trained at; clips of a study have their own. */
const modelRms = 0.1;

/**
 * Lets a model answer every main clip of a study: the records of the network that is scored beside the listeners.
 *
 * @param loaded - The study.
 * @param model - The model; its most probable label is its answer.
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
    for (const { id } of part) waveforms.push(await waveformOf(clipPath(loaded.folder, id), model));
    const heard = await recognize(model, waveforms, { ...options, form: 'fast', top: 1 });
    part.forEach((stimulus, i) => {
      const response = heard[i]![stimulus.task as Task][0]!.label;
      records.push(recordOf(loaded, stimulus, { model, response, trialIndex: first + i }));
    });
    onProgress?.(records.length, stimuli.length);
  }
  return records;
}

/**
 * Lets several models answer a study's clips.
 *
 * @param folder - The study's folder.
 * @param names - Models by name, folder or ONNX file.
 * @param options - Engine and device.
 * @returns One file a model: a name and the text of a `trials.csv`.
 */
export async function scoreModels(
  folder: string,
  names: readonly string[],
  options: CompileOptions,
): Promise<{ path: string; text: string }[]> {
  const loaded = loadStudy(folder);
  const files: { path: string; text: string }[] = [];
  for (const name of names) {
    const model = loadModel(name);
    const records = await modelTrials(loaded, model, {
      ...options,
      onProgress: (done, all) => process.stderr.write(`${model.name}: ${done} of ${all} clips\n`),
    });
    files.push({ path: `trials-${fileName(model.name)}.csv`, text: trialsCsvText(records) });
  }
  return files;
}

/**
 * Records as the text of `trials.csv`.
 *
 * @param records - The records.
 * @returns The file's text.
 */
export function trialsCsvText(records: readonly TrialRecord[]): string {
  return csvText(trialColumns, records.map(trialCells));
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
  { model, response, trialIndex }: { model: AuditoryModel; response: string; trialIndex: number },
): TrialRecord {
  return {
    study: study.id,
    participant: model.name,
    observer: model.name,
    task: stimulus.task,
    block: 'main',
    trialIndex,
    sourceId: stimulus.sourceId,
    condition: stimulus.condition,
    stage: stimulus.stage,
    metamerModel: stimulus.metamerModel,
    target: stimulus.target,
    response,
    correct: response === stimulus.target,
    rtMs: null,
    playValid: true,
    excluded: stimulus.replaced,
    exclusionRules: stimulus.replaced ? ['replaced'] : [],
    startedAt: '',
    respondedAt: '',
  };
}
