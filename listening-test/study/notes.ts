import { listed } from '../../src/base/inWords.ts';
import type { PlannedClip } from './plannedClip.ts';
import { stemOf } from './readRuns.ts';
import type { StudyConfig } from './studyConfig.ts';
import type { Targets } from './targets.ts';

interface Given {
  config?: StudyConfig;
  labels?: Readonly<Record<string, readonly string[]>>;
  targets?: Targets;
  counts?: { practice?: number | undefined; catch?: number | undefined };
}

/**
 * What of the given is not in the study that was built, and what the study lacks.
 *
 * @param given - What it was built from.
 * @param clips - Main, practice and catch clips of the study.
 * @returns One sentence each; none if all was used.
 */
export function studyNotes(given: Given, clips: readonly PlannedClip[]): string[] {
  const tasks = new Set(clips.map(({ task }) => task));
  const strange = (names: readonly string[]) => names.filter((name) => !tasks.has(name));
  const settings = strange(Object.keys(given.config?.tasks ?? {}));
  const lists = strange(Object.keys(given.labels ?? {}));
  const used = new Set(clips.flatMap(({ sourceId, sounds }) => [sourceId, ...sounds.map(stemOf)]));
  const targets = [...(given.targets?.keys() ?? []), ...Object.keys(given.config?.targets ?? {})];
  const absent = targets.filter((sound) => !used.has(sound));
  const without = (role: PlannedClip['role']) =>
    [...tasks].filter((task) => !clips.some((clip) => clip.task === task && clip.role === role));
  const uncaught = without('catch');
  const unpracticed = without('practice');
  const has = `the study has ${[...tasks].join(', ')}`;
  return [
    ...(settings.length > 0 ? [`settings of no task were dropped: ${settings.join(', ')} (${has})`] : []),
    ...(lists.length > 0 ? [`lists of labels of no task were dropped: ${lists.join(', ')} (${has})`] : []),
    ...(absent.length > 0 ? [`targets of sounds that are not in the study: ${listed(absent, 10)}`] : []),
    ...(uncaught.length > 0
      ? [`no catch trials in ${uncaught.join(', ')}: nothing will tell who does not listen`]
      : []),
    ...shortages(given.counts ?? {}, [...tasks], clips),
    ...(unpracticed.length > 0 ? [`no practice trials in ${unpracticed.join(', ')}`] : []),
  ];
}

/** What was asked for and could not be made. */
function shortages(
  counts: NonNullable<Given['counts']>,
  tasks: readonly string[],
  clips: readonly PlannedClip[],
): string[] {
  return (['practice', 'catch'] as const).flatMap((role) =>
    tasks.flatMap((task) => {
      const wanted = counts[role] ?? 0;
      const made = clips.filter((clip) => clip.task === task && clip.role === role).length;
      const missing = wanted - made;
      const sounds = missing === 1 ? '1 more natural sound is' : `${missing} more natural sounds are`;
      return missing > 0
        ? [`${role} trials in ${task}: ${wanted} asked for, ${made} made; ${sounds} needed`]
        : [];
    }),
  );
}
