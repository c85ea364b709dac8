import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFolder, refuseToOverwrite, writeJsonAtomic } from '../../src/base/files.ts';
import { InputError } from '../../src/base/inputError.ts';
import { validated } from '../../src/base/validate.ts';
import { textsOf } from '../texts/catalogue.ts';
import { kindOf } from './configuredTask.ts';
import { defaultTexts, defaultTitle, studyDefaults, taskDefaults } from './defaultTexts.ts';
import { labelsOf } from './labels.ts';
import { loadStudy } from './loadStudy.ts';
import { studyNotes } from './notes.ts';
import { copyPictures } from './pictures.ts';
import { attentionClips, planExtraClips } from './planExtras.ts';
import type { PlannedClip } from './plannedClip.ts';
import { statedPathClips } from './planPaths.ts';
import { planMainClips } from './planStimuli.ts';
import { type Run, readRuns } from './readRuns.ts';
import { checkRecruitment } from './recruitmentSchema.ts';
import type { StudyConfig } from './studyConfig.ts';
import { type Study, type StudyAnswers, studySchema } from './studySchema.ts';
import { checkSurveys } from './surveySchema.ts';
import { bundledTargets, type Targets } from './targets.ts';
import { type ClipProgress, writeClips } from './writeClips.ts';

/** What a study is built from. */
export interface BuildStudyOptions {
  /** Run folders, or folders that hold some. */
  runs: readonly string[];
  /** Folder to write. */
  folder: string;
  /** Natural sounds outside the runs, for practice and catch trials; those of tasks without runs are left over. */
  naturalSounds?: readonly string[];
  /** Fields of `study.json`, `targets`, `rms`; what is left out has its default. */
  config?: StudyConfig;
  /** Right answers by source id that outrank the models' verdicts. */
  targets?: Targets;
  /** Labels a task offers beyond the targets, by task. */
  labels?: Readonly<Record<string, readonly string[]>>;
  /** Practice and catch trials of each task, as far as there are natural sounds; default four of both. What falls short of a count that was given is among the notes. */
  counts?: { practice?: number | undefined; catch?: number | undefined };
  /** Where the scripts of `config.plugins`, the pictures of texts and the sounds of `config.attentionChecks` are; default: here. */
  pluginsFolder?: string;
  /** Whether a study in the folder is replaced; one that holds answers never is. */
  overwrite?: boolean;
  onProgress?: ClipProgress;
}

type Settled = Required<Omit<BuildStudyOptions, 'counts' | 'pluginsFolder' | 'overwrite' | 'onProgress'>>;

/** A study as it was written. */
export interface BuiltStudy {
  study: Study;
  answers: StudyAnswers;
  /** Strings and texts for which English stands in, in a study of another language. */
  missingTexts: string[];
  /** What was given and is not in the study, and what it lacks; one sentence each. */
  notes: string[];
}

/**
 * Builds a study folder: `study.json`, `answers.json` and the clips under opaque names.
 *
 * @param given - Runs, sounds, settings.
 * @returns What was written.
 * @throws InputError for anything missing, broken or contradictory, naming file or field.
 */
export async function buildStudy(given: BuildStudyOptions): Promise<BuiltStudy> {
  refuseToReplace(given.folder, given.overwrite ?? false);
  const options: Settled = { ...defaults, ...given };
  const { config, folder } = options;
  if (config.clips === 'opus')
    throw new InputError(
      'clips must be wav or flac, got opus: it would change the sounds, and there is no encoder of it that installs without compiling; take flac',
    );
  if (options.runs.length === 0 && Object.keys(config.paths ?? {}).length === 0)
    throw new InputError('runs must hold run folders, there are none; give some, or the sounds of paths');
  const runs = readRuns(options.runs);
  const bundled = bundledTargets([...runs.map(({ sourceId }) => sourceId), ...options.naturalSounds]);
  const targets: Targets = new Map([...bundled, ...options.targets, ...Object.entries(config.targets ?? {})]);
  const from = given.pluginsFolder ?? '.';
  const main = planMainClips(runs, { targets, config });
  main.clips.push(...statedPathClips(config, from));
  const labels = labelsOf(main.clips, runs, { ...options, targets });
  const counts = { practice: given.counts?.practice ?? 4, catch: given.counts?.catch ?? 4 };
  const extras = planExtraClips(options.naturalSounds, { ...options, targets, labels, counts });
  const checks = attentionClips(config.attentionChecks ?? [], labels, from);
  const clips = [...main.clips, ...extras, ...checks];
  const stageOrder = { ...stageOrderOf(runs), ...config.stageOrder };
  const draft = draftStudy(clips, labels, { ...config, stageOrder });
  makeFolder(folder);
  rmSync(join(folder, 'clips'), { recursive: true, force: true });
  for (const { file } of draft.plugins) copyPlugin(join(from, file), folder);
  copyPictures(shownTexts(draft), { from, study: folder });
  const written = await writeClips(clips, {
    folder,
    seed: draft.seed,
    rms: config.rms ?? 0.05,
    clips: draft.clips,
    onProgress: given.onProgress,
  });
  const study = validated(studySchema, { ...draft, level: written.level }, 'study.json');
  const answers = { format: 1 as const, stimuli: written.stimuli, substitutions: main.substitutions };
  writeJsonAtomic(join(folder, 'answers.json'), answers);
  writeJsonAtomic(join(folder, 'study.json'), study);
  loadStudy(folder);
  return { study, answers, missingTexts: missingTexts(study), notes: studyNotes(given, clips) };
}

const shownTexts = ({ texts, tasks }: Study) => [
  ...Object.values(texts).filter((text) => text !== undefined),
  ...Object.values(tasks).map(({ instructions }) => instructions),
];

/** Strings and texts that stand in English in a study of another language. */
function missingTexts(study: Study): string[] {
  if (study.language.split('-')[0]!.toLowerCase() === 'en') return [];
  const given = study.texts as Readonly<Record<string, string | undefined>>;
  const texts = Object.entries(defaultTexts).filter(([name, text]) => given[name] === text);
  const ofTasks = Object.entries(study.tasks).flatMap(([name, task]) => {
    const english = [taskDefaults(name, { kind: task.kind }), taskDefaults(name)];
    return (['prompt', 'instructions'] as const)
      .filter((field) => english.some((defaults) => defaults[field] === task[field]))
      .map((field) => `tasks.${name}.${field}`);
  });
  return [
    ...textsOf(study).missing,
    ...(study.title === defaultTitle ? ['title'] : []),
    ...texts.map(([name]) => `texts.${name}`),
    ...ofTasks,
  ];
}

const defaults = {
  naturalSounds: [],
  config: {},
  targets: new Map(),
  labels: {},
} as const;

/** Order of each model's stages, as its runs tell it. */
function stageOrderOf(runs: readonly Run[]): Study['stageOrder'] {
  const known = new Map<string, Run>();
  for (const run of runs) {
    if (!run.stageOrder) continue;
    const other = known.get(run.model) ?? run;
    known.set(run.model, other);
    if (other.stageOrder!.join() !== run.stageOrder.join())
      throw new InputError(
        `${run.folder}: the model ${run.model} must have the stages that it has in ${other.folder}, it has others; make two studies, or give two models two names`,
      );
  }
  return Object.fromEntries([...known].map(([model, { stageOrder }]) => [model, [...stageOrder!]]));
}

/** A study that holds answers is never overwritten. */
function refuseToReplace(folder: string, overwrite: boolean): void {
  refuseToOverwrite(join(folder, 'study.json'), overwrite);
  if (existsSync(join(folder, 'data.sqlite')))
    throw new InputError(
      `${folder} must not hold participants' data, data.sqlite is there; build into another folder`,
    );
}

function copyPlugin(path: string, folder: string): void {
  if (!existsSync(path))
    throw new InputError(
      `${path} (plugins.file) must exist, it does not; put the plugin's browser build there`,
    );
  makeFolder(join(folder, 'plugins'));
  copyFileSync(path, join(folder, 'plugins', basename(path)));
}

/** Everything of `study.json` but the level, checked before a single clip is written. */
function draftStudy(
  clips: readonly PlannedClip[],
  labels: ReadonlyMap<string, readonly string[]>,
  config: StudyConfig,
): Study {
  const {
    targets: _targets,
    rms: _rms,
    compareWithOriginal: _compare,
    attentionChecks: _checks,
    everyTask: _every,
    paths: _paths,
    ...fields
  } = config;
  const { title, texts } = studyDefaults(config.language ?? 'en');
  const names = [...new Set(clips.filter(({ role }) => role === 'main').map(({ task }) => task))];
  const tasks = names.map((task) => [
    task,
    {
      ...taskDefaults(task, { kind: kindOf(config, task), language: config.language }),
      labels: labels.get(task),
      ...config.tasks?.[task],
    },
  ]);
  const draft = {
    format: 1,
    id: 'listening-study',
    title,
    seed: 1,
    ...fields,
    tasks: Object.fromEntries(tasks),
    texts: { ...texts, ...config.texts },
    level: { file: `${'0'.repeat(24)}.wav`, rms: 0.05 },
  };
  const study = validated(studySchema, draft, 'study settings');
  checkRecruitment(study, 'study settings');
  checkSurveys(study, 'study settings');
  return study;
}
