import { type Interval, wilsonInterval } from '../../statistics/estimates/proportion.ts';
import type { CompletePlan } from './plan.ts';
import { powerThreads } from './powerThreads.ts';
import { type PowerCounts, type PowerTask, significantTests } from './significantTests.ts';

/** Power of one test at one number of participants. */
export interface PowerLine {
  participants: number;
  test: string;
  power: number;
  /** Wilson interval over simulations. */
  interval: Interval;
  simulations: number;
}

/** How far the simulations are. */
export interface PowerProgress {
  done: number;
  total: number;
  /** NaN before anything is known. */
  secondsLeft: number;
}

/** Simulations of a stretch: seconds of work, so that threads end together and progress is told. */
const stretch = 10;

/**
 * Simulates the planned study and counts how often each test of the report is significant (p < α).
 *
 * The tests are those that a report leads with: mixed models with crossed random effects of listeners and sounds. The
 * result does not depend on the number of threads.
 *
 * @param plan - The complete plan.
 * @param options - Threads beside this one, 0 (the default) to compute in it; `onProgress` hears how far it is.
 * @returns One line per number of participants and test.
 */
export async function simulatePower(
  plan: CompletePlan,
  { threads = 0, onProgress }: { threads?: number; onProgress?: (progress: PowerProgress) => void } = {},
): Promise<PowerLine[]> {
  const tasks = tasksOf(plan);
  const counts = new Map(plan.participants.map((participants) => [participants, new Map<string, number>()]));
  const watch = progressOf(tasks);
  const finished = (task: PowerTask, significant: PowerCounts) => {
    const own = counts.get(task.participants)!;
    for (const [test, count] of Object.entries(significant)) own.set(test, (own.get(test) ?? 0) + count);
    onProgress?.(watch(task));
  };
  if (threads > 0) await powerThreads(plan, tasks, { threads: Math.min(threads, tasks.length), finished });
  else {
    const count = significantTests(plan);
    for (const task of tasks) finished(task, count(task));
  }
  return [...counts].flatMap(([participants, own]) =>
    [...own].map(([test, count]) => ({
      ...{ participants, test, power: count / plan.simulations },
      interval: wilsonInterval(count, plan.simulations),
      simulations: plan.simulations,
    })),
  );
}

function tasksOf({ participants, simulations }: CompletePlan): PowerTask[] {
  return participants.flatMap((count) =>
    Array.from({ length: Math.ceil(simulations / stretch) }, (_, i) => ({
      ...{ participants: count, from: i * stretch },
      to: Math.min(simulations, (i + 1) * stretch),
    })),
  );
}

/** Time goes with the number of answers. */
function progressOf(tasks: readonly PowerTask[]): (task: PowerTask) => PowerProgress {
  const work = ({ participants, from, to }: PowerTask) => participants * (to - from);
  const sum = (of: (task: PowerTask) => number) => tasks.reduce((all, task) => all + of(task), 0);
  const total = sum(({ from, to }) => to - from);
  const allWork = sum(work);
  const begun = performance.now();
  let [done, doneWork] = [0, 0];
  return (task) => {
    done += task.to - task.from;
    doneWork += work(task);
    const seconds = (performance.now() - begun) / 1000;
    return { done, total, secondsLeft: (seconds * (allWork - doneWork)) / doneWork };
  };
}
