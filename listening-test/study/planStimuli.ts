import { join } from 'node:path';
import { groupedBy } from '../../src/base/groups.ts';
import { InputError } from '../../src/base/inputError.ts';
import { metamerCondition, naturalCondition } from '../../src/records/conditions.ts';
import { runFiles } from '../../src/records/runFolder.ts';
import { balancedPlaces } from '../assignment/conditionLists.ts';
import { noTarget } from '../tasks/taskType.ts';
import { everyTask, isStaircase, settingsOf, typeOf } from './configuredTask.ts';
import type { PlannedClip } from './plannedClip.ts';
import { pathClips, runPaths } from './planPaths.ts';
import type { Run } from './readRuns.ts';
import type { StudyConfig } from './studyConfig.ts';
import type { StudyAnswers } from './studySchema.ts';
import { predictedTarget, requireAnswers, type Target, type Targets } from './targets.ts';

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
 * @param options - Known targets, and the study's settings.
 * @returns The clips and the substitutions.
 * @throws InputError when a right answer is unknown.
 */
export function planMainClips(
  runs: readonly Run[],
  { targets, config }: { targets: Targets; config: StudyConfig },
): PlannedMain {
  const sources = sourcesOf(runs, { targets, everyTask: everyTask(config) });
  const planned: PlannedMain = { clips: [], substitutions: [] };
  const crossings = new Map<string, Crossing>();
  for (const source of sources) {
    const { task } = source.target;
    const { arrange, gather } = typeOf(config, task);
    if (isStaircase(config, task)) {
      if (!arrange)
        throw new InputError(
          `tasks.${task}.staircase must be left out in a task that compares no sounds; leave it out or name another kind`,
        );
      for (const path of sourcePaths(source)) planned.clips.push(...pathClips(path, arrange));
    } else if (gather) {
      planned.clips.push(gatheredClip(source, config));
    } else {
      const crossing = crossings.get(task) ?? crossingOf(task, sources, config);
      crossings.set(task, crossing);
      for (const condition of crossing.conditions) {
        const place = crossing.placeOf(source.sourceId, condition.name);
        addVersion(planned, source, { ...condition, place, config });
      }
    }
  }
  return planned;
}

/** What the sources of a task are crossed with. */
interface Crossing {
  conditions: { name: string; model: string; stage: string }[];
  /** Number by which orders and answers are balanced. */
  placeOf: (sourceId: string, condition: string) => number;
}

function crossingOf(task: string, sources: readonly Source[], config: StudyConfig): Crossing {
  const own = sources.filter(({ target }) => target.task === task);
  const made = new Map(
    own.flatMap(({ runs }) => [...runs].map(([name, { model, stage }]) => [name, { name, model, stage }])),
  );
  const metamers = [...made.keys()].sort().map((name) => made.get(name)!);
  const conditions = [{ name: naturalCondition, model: '', stage: '' }, ...metamers];
  const placeOf = balancedPlaces(
    own.flatMap(({ sourceId }) => conditions.map(({ name: condition }) => ({ sourceId, condition }))),
    {
      seed: config.seed ?? 1,
      sourcesPerParticipant: config.assignment?.sourcesPerParticipant ?? null,
      naturalShare: typeOf(config, task).naturalShare?.(settingsOf(config, task)) ?? null,
    },
  );
  return { conditions, placeOf };
}

function sourcePaths(source: Source): ReturnType<typeof runPaths> {
  const runs = [...source.runs.values()].map((run) => ({ ...run, metamer: metamerOf(run) }));
  return runPaths({ ...source, task: source.target.task, runs });
}

function sourcesOf(
  runs: readonly Run[],
  { targets, everyTask }: { targets: Targets; everyTask: string | null },
): Source[] {
  const bySource = groupedBy(runs, ({ sourceId }) => sourceId);
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
    reference: join(own[0]!.folder, runFiles.reference),
    runs: runsByCondition(own),
  }));
}

const metamerOf = ({ folder }: Run) => join(folder, runFiles.metamer);

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
  options: Crossing['conditions'][number] & { place: number; config: StudyConfig },
): void {
  const { name: condition, model, stage, place, config } = options;
  const run = source.runs.get(condition);
  const reason =
    condition === naturalCondition || run?.passed ? null : run ? 'failed its criteria' : 'no run';
  const isReplaced = reason !== null && (config.failedMetamers ?? 'replace') === 'replace';
  if (reason !== null) {
    const action = isReplaced ? 'replaced' : 'left-out';
    planned.substitutions.push({ sourceId: source.sourceId, condition, reason, action });
    if (!isReplaced) return;
  }
  const isNatural = condition === naturalCondition || isReplaced;
  const sound = isNatural ? source.reference : metamerOf(run!);
  const { task } = source.target;
  const { arrange, isCorrect } = typeOf(config, task);
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
  config: StudyConfig,
): PlannedClip {
  const { gather, mostParts = 2 } = typeOf(config, task);
  const passed = [...runs].filter(([, run]) => run.passed).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const versions = passed.map(([condition, run]) => ({
    sound: metamerOf(run),
    condition,
    stage: run.stage,
    metamerModel: run.model,
  }));
  const parts = gather!({ reference, versions, settings: settingsOf(config, task) });
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
