import { createRandom } from '../../base/random.ts';
import type { Task } from '../../model/auditoryModel.ts';
import { spearman } from '../../statistics/estimates/correlation.ts';
import { mean } from '../../statistics/estimates/descriptive.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import type { LabeledSound } from './labeledSounds.ts';
import type { Answer, LesionableStage } from './lesionedStage.ts';
import {
  type Drops,
  dropsOf,
  type Intact,
  middleOf,
  type Segregation,
  segregationOf,
} from './segregation.ts';

/** What is removed, and how often at random. */
export interface LesionSettings {
  /** Share of a stage's units that a lesion removes; default 0.2. */
  share: number;
  /** Random lesions of the same size; default 20. */
  randomLesions: number;
  /** Of random lesions and resamples; default 1. */
  seed: number;
}

/** Lesions of one stage. */
export interface StageLesions {
  stage: string;
  units: number;
  /** Units that each lesion removes. */
  removed: number;
  /** What the removal of each unit adds to a task's cross-entropy on the ranking half, nats, by task; shape [units]. */
  costs: Record<Task, number[]>;
  /** Spearman's correlation of the two tasks' costs: near 1 where both need the same units. */
  costCorrelation: number;
  /** By the task whose dearest units were removed: these units, dearest first, and what each task loses on the test half. */
  lesions: Record<Task, { units: number[]; drops: Drops }>;
  /** Mean loss of each task over the random lesions, and their middle 95 %. */
  random: Record<Task, { mean: number; middle: Interval }>;
  segregation: Segregation;
}

/**
 * Ranks a stage's units by what removing each costs each task on the ranking half, removes the dearest of each task, and
 * measures both tasks on the test half.
 *
 * @param stage - Its name.
 * @param prepared - The stage, with all sounds.
 * @param options - Sounds, answers of the intact network to the test half, settings.
 */
export async function lesionStage(
  stage: string,
  prepared: LesionableStage,
  options: {
    sounds: readonly LabeledSound[];
    intact: Intact;
    settings: LesionSettings;
    onProgress: (done: number, total: number) => void;
  },
): Promise<StageLesions> {
  const { sounds, intact, settings, onProgress } = options;
  const { units } = prepared;
  const tasks = Object.keys(intact.chance) as [Task, Task];
  const removed = Math.max(1, Math.round(settings.share * units));
  const total = units + settings.randomLesions + tasks.length;
  const half = (name: LabeledSound['half']) => [...sounds.keys()].filter((i) => sounds[i]!.half === name);
  const costs = await unitCosts(prepared, half('ranking'), {
    tasks,
    onProgress: (done) => onProgress(done, total),
  });
  const dearest = (task: Task) => {
    const ofUnit = costs[task]!;
    return [...ofUnit.keys()].sort((a, b) => ofUnit[b]! - ofUnit[a]!).slice(0, removed);
  };
  const lesioned: Record<Task, Answer[]> = {};
  for (const task of tasks) lesioned[task] = await prepared.answers(half('test'), dearest(task));
  const random: Answer[][] = [];
  for (let i = 0; i < settings.randomLesions; i++) {
    const order = createRandom(settings.seed, 'lesion', stage, i).shuffled([...Array(units).keys()]);
    random.push(await prepared.answers(half('test'), order.slice(0, removed)));
    onProgress(units + tasks.length + random.length, total);
  }
  const randomDrops = random.map((answers) => dropsOf(intact, answers));
  return {
    ...{ stage, units, removed, costs },
    costCorrelation: spearman(costs[tasks[0]]!, costs[tasks[1]]!),
    lesions: byTask(tasks, (task) => ({
      ...{ units: dearest(task), drops: dropsOf(intact, lesioned[task]!) },
    })),
    random: byTask(tasks, (task) => {
      const drops = randomDrops.map((each) => each[task]!);
      return { mean: mean(drops), middle: middleOf(drops) };
    }),
    segregation: segregationOf(intact, { lesioned, random }, createRandom(settings.seed, 'resamples', stage)),
  };
}

/** Added cross-entropy of each unit's removal. */
async function unitCosts(
  prepared: LesionableStage,
  places: readonly number[],
  { tasks, onProgress }: { tasks: readonly Task[]; onProgress: (done: number) => void },
): Promise<Record<Task, number[]>> {
  const lossOf = (answers: readonly Answer[], task: Task) =>
    mean(answers.filter((answer) => answer.task === task).map(({ loss }) => loss));
  const whole = await prepared.answers(places, []);
  const costs = byTask(tasks, (): number[] => []);
  for (let unit = 0; unit < prepared.units; unit++) {
    const without = await prepared.answers(places, [unit]);
    for (const task of tasks) costs[task]!.push(lossOf(without, task) - lossOf(whole, task));
    onProgress(unit + 1);
  }
  return costs;
}

function byTask<T>(tasks: readonly Task[], of: (task: Task) => T): Record<Task, T> {
  return Object.fromEntries(tasks.map((task) => [task, of(task)]));
}
