import type { Tensor } from '@tensorflow/tfjs';
import { type CompileOptions, defaultEngine, type InputSpec } from './engine.ts';

/** Values by name, row-major. */
export type StepValues = Readonly<Record<string, Float32Array | Int32Array>>;

/** Results by name, row-major. */
export type StepResults = Readonly<Record<string, Float32Array>>;

/** What a step takes, by names that all differ. */
export interface StepInputs {
  /** Values that each step changes. */
  state: Readonly<Record<string, InputSpec>>;
  /** Values that stay from the first step to the last. */
  fixed: Readonly<Record<string, InputSpec>>;
  /** Values that each step is given. */
  given: Readonly<Record<string, InputSpec>>;
  /** Steps at most of which what they tell is read at once, default 1: a device is not waited for in between. */
  atOnce?: number;
}

/** One step in TensorFlow.js ops: what it tells, and the next state by the state's names. */
export type StepFunction = (inputs: Record<string, Tensor>) => {
  told: Record<string, Tensor>;
  next: Record<string, Tensor>;
};

/** A compiled step. */
export interface Stepper {
  /** Lays down where steps begin; steps begun before are over. */
  begin(values: { state: StepValues; fixed: StepValues }): Promise<Steps>;
  release(): Promise<void>;
}

/** Steps in their course. */
export interface Steps {
  /**
   * Takes the next steps. A device may still be computing them when it is done.
   *
   * @param given - Values of each step by the names that they were declared under; with the steps that have not told yet at
   *   most `atOnce`.
   */
  take(given: readonly StepValues[]): Promise<void>;
  /** What the steps tell that have been taken since it was asked last, in their order. */
  told(): Promise<StepResults[]>;
  /** The state as it is now. */
  state(): Promise<StepResults>;
}

/**
 * Refuses more steps than may be taken at once.
 *
 * @param count - Steps that have not told, those included that are to be taken now.
 * @param inputs - Of the step.
 */
export function refuseMoreSteps(count: number, { atOnce = 1 }: StepInputs): void {
  if (count > atOnce)
    throw new RangeError(`take: at most ${atOnce} steps may not have told yet, got ${count}`);
}

/**
 * Whether a step's state stays where it is computed, and is copied only when it is asked for.
 *
 * @param options - Engine and device.
 */
export function staysOnDevice({ engine = defaultEngine, device }: CompileOptions): boolean {
  return engine === 'onnxruntime' && device === 'webgpu';
}
