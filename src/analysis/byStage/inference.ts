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

/** An analysis of the participants who have trials in every cell; a sentence where they are too few. */
function analysisOf(
  { title, design: kind, levels }: Pick<StageAnova, 'title' | 'design' | 'levels'>,
  { complete, total }: { complete: number; total: number },
  { permutations, designOf }: { permutations: PermutationOptions; designOf: () => Design },
): StageAnova | string {
  if (complete < 2)
    return `${title}: not analyzed, ${complete} of ${total} participants have trials at every level and two are needed.`;
  const design = designOf();
  const count = affordablePermutations(design.values.length, permutations.count);
  return {
    ...{ title, design: kind, levels, participants: complete },
    table: analyzeVariance(design, count > 0 ? { ...permutations, count } : undefined),
    permutations: count,
    notes:
      complete < total
        ? [`${total - complete} of ${total} participants lack trials at some level and were left out.`]
        : [],
  };
}

const mixedTitle = (observer: string) => `humans against ${observer}`;

/**
 * The published analysis of humans against one model.
 *
 * @param anovas - Analyses of variance of a curve.
 * @param observer - The model's name.
 */
export function anovaAgainst(anovas: readonly StageAnova[], observer: string): StageAnova | undefined {
  return anovas.find(({ title }) => title === mixedTitle(observer));
}

/**
 * The published test of the headline's question: sounds taken as fixed.
 *
 * @param anovas - Analyses of variance of the curve.
 * @param metamerModel - The model that made the metamers.
 * @returns The mixed design with that model, else with another; null without any.
 */
export function anovaAsPublished(anovas: readonly StageAnova[], metamerModel: string): StageAnova | null {
  return anovaAgainst(anovas, metamerModel) ?? anovas.find(({ design }) => design === 'mixed') ?? null;
}

/** As published in 2023: observer between, stage within; the unit is participant × observer. */
function mixedAnova(
  recognition: Recognition,
  human: ObserverCounts,
  model: ObserverCounts,
  permutations: PermutationOptions,
): StageAnova | string {
  const { levels, participants } = recognition;
  const observers = [human, model];
  const complete = completeParticipants(recognition, observers);
  const units = observers.flatMap((observer) => complete.map((i) => ({ observer, i })));
  return analysisOf(
    { title: mixedTitle(model.observer), design: 'mixed', levels },
    { complete: complete.length, total: participants.length },
    {
      permutations,
      designOf: () => ({
        withinFactors: [{ name: 'stage', levels }],
        between: {
          name: 'observer',
          levels: ['human', model.observer],
          groupOfUnit: Int32Array.from(units, ({ observer }) => Number(observer === model)),
        },
        units: units.map(({ observer, i }) => `${participants[i]} × ${observer.observer}`),
        values: Float64Array.from(
          units.flatMap(({ observer, i }) =>
            levels.map((_, k) => proportion(observer, i * levels.length + k)),
          ),
        ),
      }),
    },
  );
}

function withinAnova(
  title: string,
  recognition: Recognition,
  observers: readonly ObserverCounts[],
  permutations: PermutationOptions,
): StageAnova | string {
  const { levels, participants } = recognition;
  const complete = completeParticipants(recognition, observers);
  const observerFactor = { name: 'observer', levels: observers.map(({ observer }) => observer) };
  return analysisOf(
    { title, design: 'within', levels },
    { complete: complete.length, total: participants.length },
    {
      permutations,
      designOf: () => ({
        withinFactors: [{ name: 'stage', levels }, ...(observers.length > 1 ? [observerFactor] : [])],
        units: complete.map((i) => participants[i]!),
        values: Float64Array.from(
          complete.flatMap((i) =>
            levels.flatMap((_, k) =>
              observers.map((observer) => proportion(observer, i * levels.length + k)),
            ),
          ),
        ),
      }),
    },
  );
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
  return analysisOf(
    { title, design: 'within', levels: shared },
    { complete: complete.length, total: everyone.length },
    {
      permutations,
      designOf: () => ({
        withinFactors: [
          { name: 'stage', levels: shared },
          { name: 'metamer_model', levels: models },
        ],
        units: complete,
        values: Float64Array.from(
          complete.flatMap((participant) =>
            shared.flatMap((stage) =>
              curves.map((curve) => proportion(curve, cellOf(curve, participant, stage))),
            ),
          ),
        ),
      }),
    },
  );
}

function proportion(counts: Pick<ObserverCounts, 'correct' | 'trials'>, cell: number): number {
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
