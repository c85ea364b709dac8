import { resolve } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { metamerCondition, naturalCondition } from '../../src/records/conditions.ts';
import type { TaskType } from '../tasks/taskType.ts';
import { isStaircase, typeOf } from './configuredTask.ts';
import type { PlannedClip } from './plannedClip.ts';
import type { Run } from './readRuns.ts';
import type { StudyConfig } from './studyConfig.ts';

/** Sounds of growing difference from an original. */
interface SoundPath {
  name: string;
  task: string;
  original: string;
  /** From the smallest difference to the largest. */
  versions: { sound: string; condition: string; stage: string; metamerModel: string }[];
  /** Whether its sounds keep their levels to each other. */
  keepsLevels: boolean;
}

/** More places than any type of trials has orders and answers. */
const mostVariants = 12;

/**
 * Clips of a path: each level in every order and with every answer that the type of trials knows, and the original
 * beside itself where that has an answer of its own.
 *
 * @param path - The sounds.
 * @param arrange - How the task plays two sounds.
 * @returns The clips; level 0 is the original beside itself.
 */
export function pathClips(path: SoundPath, arrange: NonNullable<TaskType['arrange']>): PlannedClip[] {
  const { name, task, original, versions, keepsLevels } = path;
  const levelsAmong = keepsLevels ? [original, ...versions.map(({ sound }) => sound)] : undefined;
  const clipsOf = (level: number, version: SoundPath['versions'][number] | null) =>
    variants(arrange, original, version?.sound ?? null).map(
      ({ sounds, target }, variant): PlannedClip => ({
        sounds,
        target,
        task,
        role: 'main',
        sourceId: name,
        condition: version?.condition ?? naturalCondition,
        stage: version?.stage ?? '',
        metamerModel: version?.metamerModel ?? '',
        replaced: false,
        level,
        variant,
        ...(levelsAmong ? { levelsAmong } : {}),
      }),
    );
  const differing = versions.flatMap((version, place) => clipsOf(place + 1, version));
  const answers = new Set(differing.map(({ target }) => target));
  const same = clipsOf(0, null).filter(({ target }) => !answers.has(target));
  return [...same, ...differing];
}

function variants(arrange: NonNullable<TaskType['arrange']>, original: string, version: string | null) {
  const all = Array.from({ length: mostVariants }, (_, place) => arrange({ original, version, place }));
  return [...new Map(all.map((arranged) => [JSON.stringify(arranged), arranged])).values()];
}

/** A source with its runs. */
interface PathSource {
  sourceId: string;
  task: string;
  reference: string;
  runs: readonly (Run & { metamer: string })[];
}

/**
 * The paths of a source: one of its metamers, those of early stages first, which differ least; and one of each way in which
 * it was changed, by level.
 *
 * @param source - The source with its runs; failed ones are left out.
 * @throws InputError when the runs of a path do not tell their order, are of several models, or are too few.
 */
export function runPaths(source: PathSource): SoundPath[] {
  const passed = source.runs.filter((run) => run.passed);
  const kinds = [...new Set(passed.map(({ change }) => change?.kind))];
  return (kinds.length === 0 ? [undefined] : kinds).map((kind) =>
    runPath({ ...source, runs: passed.filter(({ change }) => change?.kind === kind) }, kind),
  );
}

function runPath({ sourceId, task, reference, runs }: PathSource, kind: string | undefined): SoundPath {
  const models = new Set(runs.map(({ model }) => model));
  const places = runs.map(
    ({ stage, stageOrder, change }) => change?.levelDb ?? stageOrder?.indexOf(stage) ?? -1,
  );
  if (models.size > 1 || (kind === undefined && places.includes(-1)) || runs.length < 2)
    throw new InputError(
      `the path of ${sourceId}${kind === undefined ? '' : ` (${kind})`} in ${task} must be two passed ${kind === undefined ? 'metamers or more of one model whose runs tell the order of its stages' : 'levels or more of one model'}, got ${runs.length} of ${models.size} models; state the path's sounds in paths`,
    );
  const ordered = runs.map((run, i) => ({ run, place: places[i]! })).sort((a, b) => a.place - b.place);
  const versions = ordered.map(({ run: { model, stage, metamer } }) => ({
    sound: metamer,
    condition: metamerCondition(model, stage),
    stage,
    metamerModel: model,
  }));
  const name = kind === undefined ? sourceId : `${sourceId} ${kind}`;
  return { name, task, original: reference, versions, keepsLevels: kind !== undefined };
}

/**
 * Clips of the paths that a study states; the sounds of each keep their levels to each other.
 *
 * @param config - The study's settings.
 * @param folder - Where the sounds lie.
 * @throws InputError when a path is of a task without a staircase.
 */
export function statedPathClips(config: StudyConfig, folder: string): PlannedClip[] {
  return Object.entries(config.paths ?? {}).flatMap(([name, { task, sounds }]) => {
    const { arrange } = typeOf(config, task);
    if (!arrange || !isStaircase(config, task))
      throw new InputError(
        `paths.${name}: task must be one that compares sounds and has a staircase, '${task}' is not; set tasks.${task}.kind and staircase`,
      );
    const files = sounds.map((sound) => resolve(folder, sound));
    const versions = files.slice(1).map((sound, i) => ({
      sound,
      condition: `level-${i + 1}`,
      stage: '',
      metamerModel: '',
    }));
    return pathClips({ name, task, original: files[0]!, versions, keepsLevels: true }, arrange);
  });
}
