import { InputError } from '../../src/base/inputError.ts';
import { settingsOf, typeOf } from './configuredTask.ts';
import type { PlannedClip } from './plannedClip.ts';
import type { Run } from './readRuns.ts';
import type { StudyConfig } from './studyConfig.ts';
import { saidLabels, type Targets } from './targets.ts';

/**
 * Labels by task: those given, else every target and every class a model named.
 *
 * @param clips - Main clips of the study.
 * @param options - The study's settings, known targets, and labels that were given by task.
 * @returns The labels of every task that has clips.
 * @throws InputError when a list that was given lacks a right answer.
 */
export function labelsOf(
  clips: readonly PlannedClip[],
  runs: readonly Run[],
  options: { config: StudyConfig; targets: Targets; labels: Readonly<Record<string, readonly string[]>> },
): Map<string, string[]> {
  const tasks = new Set(clips.map(({ task }) => task));
  return new Map(
    [...tasks].map((task) => {
      const targets = clips.filter((clip) => clip.task === task).map(({ target }) => target);
      const given =
        options.labels[task] ?? (options.config.tasks?.[task]?.['labels'] as string[] | undefined);
      if (given) checkTargets(task, targets, given);
      if (given) return [task, [...given]];
      const fixed = fixedLabels(task, options.config);
      if (fixed) return [task, fixed];
      const known = [...options.targets.values()].filter((target) => target.task === task);
      const open = [...targets, ...known.map(({ target }) => target), ...heardLabels(runs, task)];
      return [task, [...new Set(open)].sort((a, b) => a.localeCompare(b, 'en'))];
    }),
  );
}

/** The only answers there are to tasks of some types. */
function fixedLabels(task: string, config: StudyConfig): string[] | null {
  return typeOf(config, task).labels?.(settingsOf(config, task)) ?? null;
}

function heardLabels(runs: readonly Run[], task: string): string[] {
  return runs
    .flatMap((run) => [...saidLabels(run, 'reference'), ...saidLabels(run, 'metamer')])
    .filter((said) => said.task === task)
    .map(({ target }) => target);
}

function checkTargets(task: string, targets: readonly string[], labels: readonly string[]): void {
  const missing = targets.find((target) => !labels.includes(target));
  if (missing !== undefined)
    throw new InputError(
      `the list of ${task} labels must hold every right answer, '${missing}' is missing; add it to the list`,
    );
}
