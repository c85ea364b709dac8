import type { CompileOptions } from '../engine/engine.ts';
import type { Objective } from './objective.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

/** Takes the steps of syntheses of one objective by one rule, wherever they are computed. */
export interface DescentProgram {
  /**
   * Lays down a synthesis.
   *
   * @param state - Where it begins or goes on.
   * @param targets - The reference's activations at each of the objective's stages.
   */
  begin(state: OptimizerState, targets: readonly Float32Array[]): Promise<DescentRun>;
  release(): Promise<void>;
}

/** A synthesis in its course. */
export interface DescentRun {
  /**
   * Takes steps: one, or as many as a device takes in a moment without being waited for.
   *
   * @param most - No more than so many.
   * @returns The loss before each.
   * @throws InputError when loss or gradient are not finite.
   */
  take(most: number): Promise<number[]>;
  /** The state as it is now. */
  state(): Promise<OptimizerState>;
  /** The loss as it is now, after the last step. */
  loss(): Promise<number>;
  /** Ends it: nothing more may be asked of it. */
  close(): void;
}

/** What is lowered, and by which rule. */
export interface Lowering {
  objective: Objective;
  optimizer: Optimizer;
}

/** How a descent is compiled. */
export interface DescentOptions extends CompileOptions {
  /** Sounds whose steps are taken in one run of the graph, on a device that keeps them; default 1. */
  sounds?: number;
}
