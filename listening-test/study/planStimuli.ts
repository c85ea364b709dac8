import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { metamerCondition, naturalCondition } from '../../src/records/conditions.ts';
import type { Stimulus, StudyAnswers } from './definition.ts';
import { type Run, stemOf } from './readRuns.ts';
import { predictedTarget, requireAnswers, type Target, type Targets } from './targets.ts';

/** The task in which each version is played after its original. */
export const comparison = 'same-different';

/** A clip to be written: what it is, and the sounds it is made of, played one after the other. */
export interface PlannedClip extends Omit<Stimulus, 'id' | 'sha256' | 'seconds'> {
  sounds: string[];
}

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
 * @param options - Known targets, the fate of failed metamers, and whether every source is compared with its original; one
 *   whose target names that task is anyhow.
 * @returns The clips and the substitutions.
 * @throws InputError when a right answer is unknown.
 */
export function planMainClips(
  runs: readonly Run[],
  options: { targets: Targets; failedMetamers: 'replace' | 'leave-out'; compareWithOriginal: boolean },
): PlannedMain {
  const sources = sourcesOf(runs, options.targets).map((source) =>
    options.compareWithOriginal ? { ...source, target: { task: comparison, target: 'same' } } : source,
  );
  const planned: PlannedMain = { clips: [], substitutions: [] };
  for (const source of sources) {
    const peers = sources.filter(({ target }) => target.task === source.target.task);
    const made = new Map(
      peers.flatMap((peer) => [...peer.runs].map(([name, { model, stage }]) => [name, { model, stage }])),
    );
    addVersion(planned, source, { name: naturalCondition, model: '', stage: '' }, options);
    for (const name of [...made.keys()].sort())
      addVersion(planned, source, { name, ...made.get(name)! }, options);
  }
  return planned;
}

function sourcesOf(runs: readonly Run[], targets: Targets): Source[] {
  const bySource = new Map<string, Run[]>();
  for (const run of runs) bySource.set(run.sourceId, [...(bySource.get(run.sourceId) ?? []), run]);
  const answered = [...bySource].map(([sourceId, own]) => ({
    sourceId,
    own,
    target: targets.get(sourceId) ?? predictedTarget(own),
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
  { name: condition, model, stage }: { name: string; model: string; stage: string },
  options: { failedMetamers: 'replace' | 'leave-out' },
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
  const sound = isNatural ? source.reference : join(run!.folder, 'metamer.wav');
  const compared: Target = { task: comparison, target: isNatural ? 'same' : 'different' };
  const isCompared = source.target.task === comparison;
  planned.clips.push({
    ...(isCompared ? compared : source.target),
    role: 'main',
    sourceId: source.sourceId,
    condition,
    stage,
    metamerModel: model,
    replaced: isReplaced,
    sounds: isCompared ? [source.reference, sound] : [sound],
  });
}

/** What a practice or catch trial plays, one after the other, with its right answer. */
export interface ExtraSound {
  sounds: string[];
  target: Target;
}

/**
 * Practice and catch trials of the same-different task: by turns a natural sound after itself, and another one after it.
 *
 * @param sounds - Natural sounds outside the runs.
 * @returns One pair a sound; a lone sound makes no `different` pair.
 */
export function pairedSounds(sounds: readonly string[]): ExtraSound[] {
  return sounds.map((sound, place) => {
    const other = place % 2 === 0 ? sound : sounds[(place + 1) % sounds.length]!;
    return {
      sounds: [sound, other],
      target: { task: comparison, target: other === sound ? 'same' : 'different' },
    };
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
  return extras.flatMap(({ sounds, target }) => {
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
    return [{ ...target, ...clip, replaced: false, sounds }];
  });
}
