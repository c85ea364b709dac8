import type { Operation } from './architecture.ts';
import type { AxisMatrix } from './axisMatrices.ts';

/** A named array of the network. */
export interface WeightSpec {
  /** `<stage>.<operation>.<part>`, e.g. `conv1.conv.kernel`. */
  name: string;
  shape: readonly number[];
  /** How it begins: `he` draws from a zero-mean distribution of variance `gain / fanIn`. */
  initial: { kind: 'he'; fanIn: number; gain: number } | { kind: 'fill'; value: number };
  /** False for running statistics. */
  isLearned: boolean;
}

/** An operation with everything that follows from its input's shape. */
export interface PlannedOperation {
  operation: Operation;
  /** Without the batch axis. */
  inputShape: readonly number[];
  outputShape: readonly number[];
  weights: readonly WeightSpec[];
  /** Multiply-accumulates of convolutions and matrices with learned weights, for one sound. */
  macs: number;
  /** Constant maps along frequency and time, of pooling and resizing. */
  matrices?: readonly [frequency: AxisMatrix, time: AxisMatrix];
  /** Operations inside a residual block. */
  parts?: BlockParts;
}

/** Where an operation stands, and the gain of its initial weights. */
export interface Place {
  stage: string;
  gain: number;
}

/** An operation inside a block, with the prefix of its weights. */
export interface BlockPart {
  prefix: string;
  step: PlannedOperation;
}

/** Operations of both ways through a block; the shortcut has none where it hands its input on. */
export interface BlockParts {
  body: readonly BlockPart[];
  shortcut: readonly BlockPart[];
}
