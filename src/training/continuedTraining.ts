import { type FolderLock, lockFolder } from '../base/lock.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { readCheckpoint } from './trainingCheckpoint.ts';
import { checkFolder, claimFolder } from './trainingFolder.ts';
import { isAtEnd, type Learning, type LoopOptions, takeSteps } from './trainingLoop.ts';
import type { RunState } from './trainingState.ts';

/** A training's folder, and what may become of it. */
interface TrainingPlace {
  folder: string;
  /** What is trained there. */
  config: object;
  /** Replaces a model from elsewhere or a training of another configuration. */
  overwrite?: boolean | undefined;
  /** Ends the wait for the folder. */
  signal?: AbortSignal | undefined;
}

/**
 * Does work in a training's folder, while no other process trains there.
 *
 * @param place - The folder, and what is trained there.
 * @param work - Is given the folder's lock.
 * @returns What the work returns.
 * @throws InputError when another process trains there, or the folder is another training's.
 */
export async function inTrainingFolder<T>(
  { folder, config, overwrite, signal }: TrainingPlace,
  work: (lock: FolderLock) => Promise<T>,
): Promise<T> {
  checkFolder(folder, config, overwrite);
  const lock = await lockFolder(folder, { signal });
  try {
    checkFolder(folder, config, overwrite);
    return await work(lock);
  } finally {
    lock.release();
  }
}

/**
 * Takes the steps that are left of a training, from its checkpoint or from the start.
 *
 * @param training - Its locked folder, the network, settings, and the state before the first step.
 * @param learningFrom - What is trained, from a batch on; is not asked for when no step is left.
 * @returns The state at the end.
 * @throws InputError when the checkpoint is damaged; the signal's reason when it is stopped.
 */
export async function takeRemainingSteps<Batch>(
  training: {
    folder: string;
    plan: NetworkPlan;
    config: Learning<Batch>['config'];
    start: RunState;
    options: Pick<LoopOptions, 'untilStep'>;
  },
  learningFrom: (startBatch: number) => Promise<Learning<Batch>>,
): Promise<RunState> {
  const { folder, plan, config, start, options } = training;
  claimFolder(folder, config);
  const from = readCheckpoint(folder, plan) ?? { state: start, meter: undefined };
  if (isAtEnd(from.state, config, options)) return from.state;
  return takeSteps(await learningFrom(from.state.step), from);
}
