import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { naturalCondition } from '../../src/records/conditions.ts';
import { type GatheredPart, noTarget, type TaskType } from '../tasks/taskType.ts';
import { taskTypeOf } from '../tasks/taskTypes.ts';
import { comparison, everyTask, settingsOf, typeOf } from './configuredTask.ts';
import type { PlannedClip } from './plannedClip.ts';
import { stemOf } from './readRuns.ts';
import type { StudyConfig } from './studyConfig.ts';
import { naturalTarget, requireAnswers, type Target, type Targets } from './targets.ts';

/** What a practice or catch trial plays, one after the other, with its right answer. */
interface ExtraSound {
  sounds: string[];
  target: Target;
  /** What each sound is, in tasks that show several at once. */
  parts?: readonly GatheredPart[];
}

/**
 * Lays out practice and catch trials from natural sounds outside the runs: in the one task of all sources, or each with
 * its own right answer.
 *
 * @param sounds - Natural sounds; each is used once, practice first.
 * @param options - The study's settings, known targets, labels by task, and how many trials of each task are for practice
 *   and for catching.
 * @returns The clips; sounds beyond the counts, and those of tasks that the study does not have, are left over.
 * @throws InputError when a right answer is unknown.
 */
export function planExtraClips(
  sounds: readonly string[],
  options: {
    config: StudyConfig;
    targets: Targets;
    labels: ReadonlyMap<string, readonly string[]>;
    counts: { practice: number; catch: number };
  },
): PlannedClip[] {
  const { counts } = options;
  const used = new Map<string, number>();
  return extraSounds(sounds, options).flatMap(({ target, ...extra }) => {
    const place = used.get(target.task) ?? 0;
    used.set(target.task, place + 1);
    if (place >= counts.practice + counts.catch) return [];
    const role = place < counts.practice ? 'practice' : 'catch';
    return [{ ...target, role, sourceId: stemOf(extra.sounds[0]!), ...naturalClip, ...extra }];
  });
}

const naturalClip = { condition: naturalCondition, stage: '', metamerModel: '', replaced: false } as const;

function extraSounds(
  sounds: readonly string[],
  options: { config: StudyConfig; targets: Targets; labels: ReadonlyMap<string, readonly string[]> },
): ExtraSound[] {
  const { config, targets, labels } = options;
  const task = everyTask(config);
  if (task === null) return labeledSounds(sounds, targets, labels);
  const { arrange, gather } = typeOf(config, task);
  if (gather)
    return sounds.map((reference) => {
      const parts = gather({ reference, versions: [], settings: settingsOf(config, task) });
      return { sounds: parts.map(({ sound }) => sound), parts, target: { task, target: noTarget } };
    });
  return arrange
    ? pairedSounds(sounds, task, arrange)
    : sounds.map((sound) => ({ sounds: [sound], target: { task, target: noTarget } }));
}

/** Natural sounds with their right answers; those of tasks that the study does not have are left over. */
function labeledSounds(
  sounds: readonly string[],
  targets: Targets,
  labels: ReadonlyMap<string, readonly string[]>,
): ExtraSound[] {
  const answered = sounds.map((sound) => ({ sound, target: naturalTarget(sound, targets, labels) }));
  const unknown = answered.filter(({ target }) => target === null).map(({ sound }) => sound);
  requireAnswers(unknown, 'neither folder nor name is a label');
  const known = answered
    .map(({ sound, target }) => ({ sounds: [sound], target: target! }))
    .filter(({ target }) => labels.has(target.task));
  const compared = known.filter(({ target }) => target.task === comparison);
  return [
    ...known.filter(({ target }) => target.task !== comparison),
    ...pairedSounds(
      compared.flatMap(({ sounds: own }) => own),
      comparison,
      taskTypeOf(comparison).arrange!,
    ),
  ];
}

/**
 * Trials of a task that compares sounds: each natural sound with the next one; where sameness is an answer, by turns with
 * itself. A lone sound is compared with itself.
 */
function pairedSounds(
  sounds: readonly string[],
  task: string,
  arrange: NonNullable<TaskType['arrange']>,
): ExtraSound[] {
  const targetOf = (version: string | null) => arrange({ original: '', version, place: 0 }).target;
  const hasSame = targetOf(null) !== targetOf('another');
  return sounds.map((original, count) => {
    const place = hasSame ? Math.floor(count / 2) : count;
    const next = sounds[(count + 1) % sounds.length]!;
    const version = (hasSame && count % 2 === 0) || next === original ? null : next;
    const { sounds: played, target } = arrange({ original, version, place });
    return { sounds: played, target: { task, target } };
  });
}

/**
 * Catch trials whose clip says what to answer; whoever works by the instructions alone cannot know.
 *
 * @param checks - Sounds with the answers they ask for.
 * @param labels - Labels of each task of the study.
 * @param folder - Where the sounds lie.
 * @throws InputError when an answer is on no list.
 */
export function attentionClips(
  checks: NonNullable<StudyConfig['attentionChecks']>,
  labels: ReadonlyMap<string, readonly string[]>,
  folder: string,
): PlannedClip[] {
  return checks.map(({ sound, task, target }) => {
    const known = labels.get(task);
    if (!known?.includes(target))
      throw new InputError(
        `attentionChecks: ${sound} must ask for a label of a task of the study (${[...labels.keys()].join(', ')}), got '${target}' of ${task}; name one that stands on the task's list`,
      );
    return {
      task,
      target,
      ...naturalClip,
      role: 'catch',
      sourceId: stemOf(sound),
      sounds: [join(folder, sound)],
    };
  });
}
