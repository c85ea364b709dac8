import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { readJson } from '../../src/base/readJson.ts';
import { conditionLists } from '../assignment/conditionLists.ts';
import type { Path } from '../staircase/nextSound.ts';
import { noTarget } from '../tasks/taskType.ts';
import { taskTypeOf } from '../tasks/taskTypes.ts';
import { checkRecruitment } from './recruitmentSchema.ts';
import { answersSchema, type Stimulus, type Study, studySchema } from './studySchema.ts';
import { checkSurveys } from './surveySchema.ts';

/** A study read from its folder, ready to be served or exported. */
export interface LoadedStudy {
  folder: string;
  study: Study;
  stimuli: ReadonlyMap<string, Stimulus>;
  /** Per task, the main stimuli of every list. */
  lists: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Paths of every task with staircases, by name. */
  paths: ReadonlyMap<string, ReadonlyMap<string, Path>>;
}

/**
 * Reads a study folder and checks that it is whole and consistent.
 *
 * @param folder - What `buildStudy` wrote.
 * @returns The study, its stimuli by id and its condition lists.
 * @throws InputError naming the file, the field and the rule.
 */
export function loadStudy(folder: string): LoadedStudy {
  const study = readJson(join(folder, 'study.json'), studySchema, {
    what: "a study's settings",
    whenAbsent: 'give the folder of a built study',
  });
  const answers = readJson(join(folder, 'answers.json'), answersSchema, {
    what: 'the list of clips of a study',
    remedy: 'build the study again',
  });
  const stimuli = new Map(answers.stimuli.map((stimulus) => [stimulus.id, stimulus]));
  for (const stimulus of answers.stimuli) checkStimulus(stimulus, study, folder);
  checkFile(join(folder, 'clips', study.level.file), 'level.file');
  checkSurveys(study, 'study.json');
  checkRecruitment(study, 'study.json');
  checkPractice(study, answers.stimuli);
  for (const { file } of study.plugins) checkFile(join(folder, 'plugins', file), 'plugins.file');
  const lists = new Map(
    Object.keys(study.tasks).map((task) => [task, listsOf(task, study, answers.stimuli)]),
  );
  return { folder, study, stimuli, lists, paths: pathsOf(study, answers.stimuli) };
}

/**
 * Path of a clip.
 *
 * @param loaded - The study's folder and how its clips travel.
 * @param stimulusId - Id from `answers.json`.
 * @returns Path of the file.
 */
export function clipPath(
  { folder, study }: Pick<LoadedStudy, 'folder' | 'study'>,
  stimulusId: string,
): string {
  return join(folder, 'clips', `${stimulusId}.${study.clips}`);
}

/** Clips of each path by level. */
function pathsOf(study: Study, stimuli: readonly Stimulus[]): LoadedStudy['paths'] {
  const paths = new Map<string, Map<string, Stimulus[][]>>();
  for (const stimulus of stimuli) {
    const { task, sourceId, level } = stimulus;
    if (level === undefined || !study.tasks[task]?.staircase) continue;
    const ofTask = paths.get(task) ?? new Map<string, Stimulus[][]>();
    const levels = ofTask.get(sourceId) ?? [[]];
    for (let missing = levels.length; missing <= level; missing++) levels.push([]);
    levels[level]!.push(stimulus);
    paths.set(task, ofTask.set(sourceId, levels));
  }
  for (const [task, ofTask] of paths)
    for (const [path, levels] of ofTask)
      if (levels.slice(1).some((clips) => clips.length === 0) || levels.length < 3)
        throw new InputError(
          `answers.json: the path ${path} of ${task} must have clips at two levels or more and none left out; build the study again`,
        );
  return paths;
}

function listsOf(task: string, study: Study, stimuli: readonly Stimulus[]): string[][] {
  if (study.tasks[task]!.staircase) return [[]];
  const main = stimuli.filter((stimulus) => stimulus.task === task && stimulus.role === 'main');
  if (main.length === 0)
    throw new InputError(
      `study.json: tasks.${task} must have main trials, answers.json holds none; remove the task or build the study with sounds for it`,
    );
  const { kind, settings } = study.tasks[task]!;
  return conditionLists(main, {
    seed: study.seed,
    sourcesPerParticipant: study.assignment.sourcesPerParticipant,
    naturalShare: taskTypeOf(kind).naturalShare?.(settings) ?? null,
  });
}

function checkStimulus(stimulus: Stimulus, study: Study, folder: string): void {
  const task = study.tasks[stimulus.task];
  if (!task)
    throw new InputError(
      `answers.json: stimulus ${stimulus.id} has task '${stimulus.task}', study.json has ${Object.keys(study.tasks).join(', ')}; add the task or remove the stimulus`,
    );
  if (taskTypeOf(task.kind).isCorrect && !task.labels.includes(stimulus.target))
    throw new InputError(
      `study.json: tasks.${stimulus.task}.labels must hold every target, '${stimulus.target}' of source ${stimulus.sourceId} is missing; add it`,
    );
  checkFile(clipPath({ folder, study }, stimulus.id), `stimulus ${stimulus.id}`);
}

/** A pass mark nobody can reach would screen everybody out. */
function checkPractice({ tasks, practice }: Study, stimuli: readonly Stimulus[]): void {
  const graded = Object.keys(tasks).reduce((sum, task) => {
    const trials = stimuli.filter(
      ({ role, task: own, target }) => role === 'practice' && own === task && target !== noTarget,
    );
    return sum + Math.max(0, trials.length - practice.withFeedback);
  }, 0);
  if (practice.passMark > graded)
    throw new InputError(
      `study.json: practice.passMark must be ≤ ${graded}, the practice trials without feedback, got ${practice.passMark}; lower it or give more practice sounds`,
    );
}

function checkFile(path: string, what: string): void {
  if (!existsSync(path))
    throw new InputError(`${path} (${what}) must exist, it is missing; build the study again`);
}
