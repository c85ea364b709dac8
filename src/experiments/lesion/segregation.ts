import type { Random } from '../../base/random.ts';
import type { Task } from '../../model/auditoryModel.ts';
import { bootstrap } from '../../statistics/estimates/bootstrap.ts';
import { mean, quantile } from '../../statistics/estimates/descriptive.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import type { Answer } from './lesionedStage.ts';

/** How far a lesion takes a task from its intact performance towards chance: 0 not at all, 1 the whole way. */
export type Drops = Readonly<Record<Task, number>>;

/** Segregation of two tasks at a stage. */
export interface Segregation {
  /**
   * Mean over the two lesions of how much more the lesion's own task loses than the other one: 0 where both tasks need the
   * same units, 1 where each loses its own task alone and all of it.
   */
  value: number;
  /** Percentile bootstrap over sounds, 95 %. */
  interval: Interval;
  /** Of pairs of random lesions of the same size, 95 %. */
  random: Interval;
}

/** What a network answers without lesion, and by chance. */
export interface Intact {
  answers: readonly Answer[];
  /** Proportion correct of guessing, by task. */
  chance: Drops;
}

/**
 * Loss of performance by a lesion: (intact − lesioned) / (intact − chance).
 *
 * @param intact - Answers to the same sounds without lesion, and chance.
 * @param lesioned - Answers with it.
 * @param places - Sounds that count, some perhaps repeatedly; default each once.
 * @returns By task; NaN where none of a task's sounds count, or it is not above chance without lesion.
 */
export function dropsOf(
  { answers, chance }: Intact,
  lesioned: readonly Answer[],
  places: ArrayLike<number> = answers.map((_, i) => i),
): Record<Task, number> {
  return Object.fromEntries(
    Object.entries(chance).map(([task, guessed]) => {
      const own = Array.from(places).filter((place) => answers[place]!.task === task);
      const correct = (of: readonly Answer[]) => own.filter((place) => of[place]!.isCorrect).length;
      const above = correct(answers) - guessed * own.length;
      return [task, above > 0 ? (correct(answers) - correct(lesioned)) / above : Number.NaN];
    }),
  );
}

/**
 * Segregation of two tasks by the lesions of each.
 *
 * @param intact - Without lesion.
 * @param lesioned - Answers after the lesion of the units that each task needs most, by task.
 * @param random - Answers after each random lesion of the same size; ≥ 2 of them.
 * @param generator - Draws the resamples.
 * @see Dobs et al. (2022), Science Advances 8, eabl8913: segregation as the interaction of lesion and task.
 */
export function segregationOf(
  intact: Intact,
  { lesioned, random }: { lesioned: Readonly<Record<Task, readonly Answer[]>>; random: readonly Answer[][] },
  generator: Random,
): Segregation {
  const tasks = Object.keys(intact.chance) as [Task, Task];
  const at = (places?: ArrayLike<number>) =>
    interaction(
      tasks,
      tasks.map((task) => dropsOf(intact, lesioned[task]!, places)),
    );
  const { estimate, percentile } = bootstrap(intact.answers.length, at, {
    ...{ random: generator, resamples: 1000 },
  });
  const drops = random.map((answers) => dropsOf(intact, answers));
  const pairs = drops.flatMap((one, i) =>
    drops.flatMap((other, j) => (i === j ? [] : [interaction(tasks, [one, other])])),
  );
  return { value: estimate, interval: percentile, random: middleOf(pairs) };
}

/** The middle 95 % of values. */
export function middleOf(values: readonly number[]): Interval {
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

function interaction([first, second]: [Task, Task], [ofFirst, ofSecond]: readonly Drops[]): number {
  return mean([ofFirst![first]! - ofFirst![second]!, ofSecond![second]! - ofSecond![first]!]);
}
