import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { metamerCondition, naturalCondition } from '../../src/records/conditions.ts';
import { balancedPlaces, type ListOptions } from '../assignment/conditionLists.ts';
import { type GatheredPart, noTarget, type TaskType } from '../tasks/taskType.ts';
import type { StudyAnswers } from './definition.ts';
import type { PlannedClip } from './plannedClip.ts';
import { pathClips, runPath } from './planPaths.ts';
import { type Run, stemOf } from './readRuns.ts';
import { predictedTarget, requireAnswers, type Target, type Targets } from './targets.ts';

/** The task in which each version is played after its original. */
export const comparison = 'same-different';

/** The main clips of a study, and what stood in for what. */
export interface PlannedMain {
  clips: PlannedClip[];
  substitutions: StudyAnswers['substitutions'];
}

interface Source {
  sourceId: string;
  target: Target;
  reference: string;
  runs: ReadonlyMap<string, Run>;
}

/**
 * Lays out the main trials: every source in every condition of its task.
 *
 * @param runs - The synthesis runs.
 * @param options - Known targets, the fate of failed metamers, the one task for all sources if there is one, and each
 *   task's type of trials.
 * @returns The clips and the substitutions.
 * @throws InputError when a right answer is unknown.
 */
export function planMainClips(
  runs: readonly Run[],
  options: {
    targets: Targets;
    failedMetamers: 'replace' | 'leave-out';
    everyTask: string | null;
    typeOf: (task: string) => TaskType;
    isStaircase: (task: string) => boolean;
    settingsOf: (task: string) => Record<string, unknown>;
    lists: Omit<ListOptions, 'naturalShare'>;
  },
): PlannedMain {
  const sources = sourcesOf(runs, options);
  const planned: PlannedMain = { clips: [], substitutions: [] };
  for (const source of sources) {
    const { task } = source.target;
    if (options.isStaircase(task)) {
      const runsOf = [...source.runs.values()].map((run) => ({ ...run, metamer: metamerOf(run) }));
      const path = runPath({ ...source, task, runs: runsOf });
      planned.clips.push(...pathClips(path, options.typeOf(task).arrange!));
      continue;
    }
    if (options.typeOf(task).gather) {
      planned.clips.push(gatheredClip(source, options));
      continue;
    }
    const peers = sources.filter(({ target }) => target.task === source.target.task);
    const made = new Map(
      peers.flatMap((peer) => [...peer.runs].map(([name, { model, stage }]) => [name, { model, stage }])),
    );
    const conditions = [naturalCondition, ...[...made.keys()].sort()];
    const placeOf = balancedPlaces(
      peers.flatMap(({ sourceId }) => conditions.map((condition) => ({ sourceId, condition }))),
      {
        ...options.lists,
        naturalShare: options.typeOf(task).naturalShare?.(options.settingsOf(task)) ?? null,
      },
    );
    for (const name of conditions) {
      const { model, stage } = made.get(name) ?? { model: '', stage: '' };
      addVersion(planned, source, { name, model, stage, place: placeOf(source.sourceId, name) }, options);
    }
  }
  return planned;
}

function sourcesOf(
  runs: readonly Run[],
  { targets, everyTask }: { targets: Targets; everyTask: string | null },
): Source[] {
  const bySource = new Map<string, Run[]>();
  for (const run of runs) bySource.set(run.sourceId, [...(bySource.get(run.sourceId) ?? []), run]);
  const answered = [...bySource].map(([sourceId, own]) => ({
    sourceId,
    own,
    target:
      everyTask === null
        ? (targets.get(sourceId) ?? predictedTarget(own))
        : { task: everyTask, target: noTarget },
  }));
  const unknown = answered.filter(({ target }) => target === null).map(({ sourceId }) => sourceId);
  requireAnswers(unknown, 'the models recognized nothing there');
  return answered.map(({ sourceId, own, target }) => ({
    sourceId,
    target: target!,
    reference: join(own[0]!.folder, 'reference.wav'),
    runs: runsByCondition(own),
  }));
}

const metamerOf = ({ folder }: Run) => join(folder, 'metamer.wav');

function runsByCondition(runs: readonly Run[]): Map<string, Run> {
  const byCondition = new Map<string, Run>();
  for (const run of runs) {
    const condition = metamerCondition(run.model, run.stage);
    const other = byCondition.get(condition);
    if (other)
      throw new InputError(
        `${run.folder}: a source must have one run a condition, ${other.folder} is ${condition} of ${run.sourceId} too; leave one out`,
      );
    byCondition.set(condition, run);
  }
  return byCondition;
}

function addVersion(
  planned: PlannedMain,
  source: Source,
  { name: condition, model, stage, place }: { name: string; model: string; stage: string; place: number },
  options: { failedMetamers: 'replace' | 'leave-out'; typeOf: (task: string) => TaskType },
): void {
  const run = source.runs.get(condition);
  const reason =
    condition === naturalCondition || run?.passed ? null : run ? 'failed its criteria' : 'no run';
  const isReplaced = reason !== null && options.failedMetamers === 'replace';
  if (reason !== null) {
    const action = isReplaced ? 'replaced' : 'left-out';
    planned.substitutions.push({ sourceId: source.sourceId, condition, reason, action });
    if (!isReplaced) return;
  }
  const isNatural = condition === naturalCondition || isReplaced;
  const sound = isNatural ? source.reference : metamerOf(run!);
  const { task } = source.target;
  const { arrange, isCorrect } = options.typeOf(task);
  const version = isNatural ? null : sound;
  const target = isCorrect ? source.target.target : noTarget;
  planned.clips.push({
    ...(arrange?.({ original: source.reference, version, place }) ?? { sounds: [sound], target }),
    task,
    role: 'main',
    sourceId: source.sourceId,
    condition,
    stage,
    metamerModel: model,
    replaced: isReplaced,
  });
}

/** All versions of a source in one trial; metamers that failed are left out. */
function gatheredClip(
  { sourceId, target: { task }, reference, runs }: Source,
  options: { typeOf: (task: string) => TaskType; settingsOf: (task: string) => Record<string, unknown> },
): PlannedClip {
  const { gather, mostParts = 2 } = options.typeOf(task);
  const passed = [...runs].filter(([, run]) => run.passed).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const versions = passed.map(([condition, run]) => ({
    sound: metamerOf(run),
    condition,
    stage: run.stage,
    metamerModel: run.model,
  }));
  const parts = gather!({ reference, versions, settings: options.settingsOf(task) });
  if (parts.length > mostParts)
    throw new InputError(
      `${sourceId}: a trial of ${task} must hold ${mostParts} sounds at most, the reference included, it has ${parts.length}; leave conditions out`,
    );
  return { ...gathered, sounds: parts.map(({ sound }) => sound), parts, task, role: 'main', sourceId };
}

/** Its parts say what is in it. */
const gathered = {
  target: noTarget,
  condition: 'all',
  stage: '',
  metamerModel: '',
  replaced: false,
} as const;

/** What a practice or catch trial plays, one after the other, with its right answer. */
export interface ExtraSound {
  sounds: string[];
  target: Target;
  /** What each sound is, in tasks that show several at once. */
  parts?: readonly GatheredPart[];
}

/**
 * Practice and catch trials of a task that compares sounds: each natural sound with the next one; where `same` is an
 * answer, by turns with itself.
 *
 * @param sounds - Natural sounds outside the runs.
 * @param arrange - How it plays two sounds.
 * @returns One trial a sound; a lone sound is compared with itself.
 */
export function pairedSounds(
  sounds: readonly string[],
  task: string,
  arrange: NonNullable<TaskType['arrange']>,
): ExtraSound[] {
  const targetOf = (version: string | null) => arrange({ original: '', version, place: 0 }).target;
  return sounds.map((original, count) => {
    const hasSame = targetOf(null) !== targetOf(original);
    const place = hasSame ? Math.floor(count / 2) : count;
    const next = sounds[(count + 1) % sounds.length]!;
    const version = (hasSame && count % 2 === 0) || next === original ? null : next;
    const { sounds: played, target } = arrange({ original, version, place });
    return { sounds: played, target: { task, target } };
  });
}

/**
 * Lays out practice and catch trials from natural sounds outside the runs.
 *
 * @param extras - Sounds with their targets; each is used once, practice first.
 * @param counts - How many of each task are for practice, how many for catch trials.
 * @returns The clips; sounds beyond the counts are left over.
 */
export function planExtraClips(
  extras: readonly ExtraSound[],
  counts: { practice: number; catch: number },
): PlannedClip[] {
  const used = new Map<string, number>();
  return extras.flatMap(({ sounds, target, parts }) => {
    const place = used.get(target.task) ?? 0;
    used.set(target.task, place + 1);
    if (place >= counts.practice + counts.catch) return [];
    const role = place < counts.practice ? 'practice' : 'catch';
    const clip = {
      role,
      sourceId: stemOf(sounds[0]!),
      condition: naturalCondition,
      stage: '',
      metamerModel: '',
    } as const;
    return [{ ...target, ...clip, replaced: false, sounds, ...(parts ? { parts } : {}) }];
  });
}
