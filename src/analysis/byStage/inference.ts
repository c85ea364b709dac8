import { type AnovaTable, analyzeVariance } from '../../statistics/anova/anova.ts';
import type { Design } from '../../statistics/anova/design.ts';
import { affordablePermutations, type PermutationOptions } from '../../statistics/anova/permutation.ts';
import { type Contrast, pairedContrasts } from '../../statistics/estimates/contrasts.ts';
import { fewModels } from '../byItem/answeringModels.ts';
import { naturalLevel, type Recognition } from './recognition.ts';
import { type ObserverCounts, observersOf } from './summary.ts';

/** An analysis of variance with the design it rests on. */
export interface StageAnova {
  /** What is compared with what. */
  title: string;
  design: 'mixed' | 'within';
  levels: readonly string[];
  /** Participants with trials in every cell. */
  participants: number;
  table: AnovaTable;
  /** Permutations drawn: fewer than asked for where the table is large. */
  permutations: number;
  notes: string[];
}

/** Inference on one curve. */
export interface CurveInference {
  anovas: StageAnova[];
  /** Families of contrasts, each adjusted by Holm's method. */
  contrasts: { family: string; contrasts: Contrast[] }[];
  notes: string[];
}

/**
 * Analyses of variance and contrasts of one curve: humans over levels, and humans against each model.
 *
 * @param recognition - The curve.
 * @param permutations - Permutation settings.
 * @returns Analyses that the data allow; notes say what could not be done and why.
 */
export function inferCurve(recognition: Recognition, permutations: PermutationOptions): CurveInference {
  const inference: CurveInference = { anovas: [], contrasts: [], notes: [] };
  const { levels } = recognition;
  const [human, ...models] = observersOf(recognition);
  if (levels.length < 2) {
    inference.notes.push('One level only: no analysis over stages.');
    return inference;
  }
  const add = (anova: StageAnova | string) => {
    if (typeof anova === 'string') inference.notes.push(anova);
    else inference.anovas.push(anova);
  };
  add(withinAnova('humans over stages', recognition, [human!], permutations));
  for (const model of models) {
    // Of many models, only the one that made the metamers gets permutations.
    const isMain = model.observer === recognition.metamerModel || models.length <= fewModels;
    const own = isMain ? permutations : { ...permutations, count: 0 };
    const paired = `humans and ${model.observer}, paired by trials`;
    add(mixedAnova(recognition, human!, model, own));
    add(withinAnova(paired, recognition, [human!, model], own));
  }
  inference.contrasts.push(...contrastFamilies(recognition, human!, models));
  return inference;
}

/** Participants with trials in every cell of all observers. */
function completeParticipants(recognition: Recognition, observers: readonly ObserverCounts[]): number[] {
  const levels = recognition.levels.length;
  return recognition.participants
    .map((_, i) => i)
    .filter((i) =>
      observers.every(({ trials }) => trials.subarray(i * levels, (i + 1) * levels).every((n) => n > 0)),
    );
}

function tooFew(title: string, complete: number, total: number): string {
  return `${title}: not analyzed, ${complete} of ${total} participants have trials at every level and two are needed.`;
}

function leftOut(complete: number, total: number): string[] {
  return complete < total
    ? [`${total - complete} of ${total} participants lack trials at some level and were left out.`]
    : [];
}

/** As published in 2023: observer between, stage within; the unit is participant × observer. */
function mixedAnova(
  recognition: Recognition,
  human: ObserverCounts,
  model: ObserverCounts,
  permutations: PermutationOptions,
): StageAnova | string {
  const title = `humans against ${model.observer}`;
  const complete = completeParticipants(recognition, [human, model]);
  const total = recognition.participants.length;
  if (complete.length < 2) return tooFew(title, complete.length, total);
  const levels = recognition.levels.length;
  const values = [human, model].flatMap((observer) =>
    complete.flatMap((i) => Array.from({ length: levels }, (_, k) => proportion(observer, i * levels + k))),
  );
  const design: Design = {
    withinFactors: [{ name: 'stage', levels: recognition.levels }],
    between: {
      name: 'observer',
      levels: ['human', model.observer],
      groupOfUnit: Int32Array.from({ length: 2 * complete.length }, (_, unit) =>
        unit < complete.length ? 0 : 1,
      ),
    },
    units: [human, model].flatMap(({ observer }) =>
      complete.map((i) => `${recognition.participants[i]} × ${observer}`),
    ),
    values: Float64Array.from(values),
  };
  return {
    title,
    design: 'mixed',
    levels: recognition.levels,
    participants: complete.length,
    ...permuted(design, permutations),
    notes: leftOut(complete.length, total),
  };
}

function withinAnova(
  title: string,
  recognition: Recognition,
  observers: readonly ObserverCounts[],
  permutations: PermutationOptions,
): StageAnova | string {
  const complete = completeParticipants(recognition, observers);
  const total = recognition.participants.length;
  if (complete.length < 2) return tooFew(title, complete.length, total);
  const levels = recognition.levels.length;
  const observerFactor = { name: 'observer', levels: observers.map(({ observer }) => observer) };
  const design: Design = {
    withinFactors: [
      { name: 'stage', levels: recognition.levels },
      ...(observers.length > 1 ? [observerFactor] : []),
    ],
    units: complete.map((i) => recognition.participants[i]!),
    values: Float64Array.from(
      complete.flatMap((i) =>
        Array.from({ length: levels }, (_, k) =>
          observers.map((observer) => proportion(observer, i * levels + k)),
        ).flat(),
      ),
    ),
  };
  return {
    title,
    design: 'within',
    levels: recognition.levels,
    participants: complete.length,
    ...permuted(design, permutations),
    notes: leftOut(complete.length, total),
  };
}

/**
 * Humans on the metamers of two or more models: stage × metamer model, both within.
 *
 * @param curves - Curves of one task, each of another metamer model.
 * @param permutations - Permutation settings.
 * @returns The analysis over the stages that all of them have, or the reason why there is none.
 */
export function compareMetamerModels(
  curves: readonly Recognition[],
  permutations: PermutationOptions,
): StageAnova | string {
  const models = curves.map(({ metamerModel }) => metamerModel);
  const title = `human recognition of the metamers of ${models.join(' and ')}`;
  const shared = curves[0]!.levels.filter(
    (level) => level !== naturalLevel && curves.every(({ levels }) => levels.includes(level)),
  );
  if (shared.length < 2) return `${title}: not analyzed, they share fewer than two stages.`;
  const everyone = [...new Set(curves.flatMap(({ participants }) => participants))];
  const cellOf = (curve: Recognition, participant: string, stage: string) =>
    curve.participants.indexOf(participant) * curve.levels.length + curve.levels.indexOf(stage);
  const complete = everyone.filter((participant) =>
    curves.every(
      (curve) =>
        curve.participants.includes(participant) &&
        shared.every((stage) => curve.trials[cellOf(curve, participant, stage)]! > 0),
    ),
  );
  if (complete.length < 2) return tooFew(title, complete.length, everyone.length);
  const design: Design = {
    withinFactors: [
      { name: 'stage', levels: shared },
      { name: 'metamer_model', levels: models },
    ],
    units: complete,
    values: Float64Array.from(
      complete.flatMap((participant) =>
        shared.flatMap((stage) =>
          curves.map((curve) =>
            proportion({ ...curve, observer: 'human' }, cellOf(curve, participant, stage)),
          ),
        ),
      ),
    ),
  };
  return {
    title,
    design: 'within',
    levels: shared,
    participants: complete.length,
    ...permuted(design, permutations),
    notes: leftOut(complete.length, everyone.length),
  };
}

function permuted(
  design: Design,
  permutations: PermutationOptions,
): Pick<StageAnova, 'table' | 'permutations'> {
  const count = affordablePermutations(design.values.length, permutations.count);
  const table = analyzeVariance(design, count > 0 ? { ...permutations, count } : undefined);
  return { table, permutations: count };
}

function proportion(counts: ObserverCounts, cell: number): number {
  return counts.correct[cell]! / counts.trials[cell]!;
}

function contrastFamilies(
  recognition: Recognition,
  human: ObserverCounts,
  models: readonly ObserverCounts[],
): CurveInference['contrasts'] {
  const { levels } = recognition;
  const pairs = (name: string, a: [ObserverCounts, number], b: [ObserverCounts, number]) => {
    const first: number[] = [];
    const second: number[] = [];
    recognition.participants.forEach((_, i) => {
      const cells = [i * levels.length + a[1], i * levels.length + b[1]] as const;
      if (a[0].trials[cells[0]]! === 0 || b[0].trials[cells[1]]! === 0) return;
      first.push(proportion(a[0], cells[0]));
      second.push(proportion(b[0], cells[1]));
    });
    return { name, first: Float64Array.from(first), second: Float64Array.from(second) };
  };
  const baseline = levels[0]!;
  return [
    {
      family: `humans: each level against ${baseline}`,
      contrasts: pairedContrasts(
        levels.slice(1).map((level, i) => pairs(`${level} − ${baseline}`, [human, i + 1], [human, 0])),
      ),
    },
    ...models.map((model) => ({
      family: `humans against ${model.observer} at each level`,
      contrasts: pairedContrasts(
        levels.map((level, i) => pairs(`human − ${model.observer}: ${level}`, [human, i], [model, i])),
      ),
    })),
  ];
}
