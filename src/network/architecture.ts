/** Two sizes: along frequency, along time. */
export type Pair = readonly [frequency: number, time: number];

/** One operation of a stage; activations are [batch, frequency, time, channel] until a dense operation flattens them. */
export type Operation =
  /** Convolution with TensorFlow's SAME padding (any odd rest at the end), or zeros on both sides as PyTorch has them. */
  | { kind: 'conv'; kernel: Pair; stride: Pair; channels: number; bias: boolean; padding?: Pair }
  | { kind: 'relu' }
  /** Normalization by the statistics of each channel, ε = 1e-5; scale and shift are learned unless it says `isFixed`. */
  | { kind: 'batchNorm'; isFixed?: boolean }
  /** x·(bias + alpha·Σ x²)^−beta over the channels at most `radius` away (TensorFlow's definition). */
  | { kind: 'localResponseNorm'; radius: number; bias: number; alpha: number; beta: number }
  /** SAME padding, or as many places on both sides, which are never the largest. */
  | { kind: 'maxPool'; size: Pair; stride: Pair; padding?: Pair }
  /** Mean over a window; whether places outside the array count as zeros (PyTorch) or not at all (TensorFlow). */
  | { kind: 'averagePool'; size: Pair; stride: Pair; countsPadding: boolean }
  /** Mean under a Hann window four strides long, against aliasing (Feather et al. 2019). */
  | { kind: 'hannPool'; stride: Pair }
  /** Scaling of each sound's values from their minimum and maximum to 0 and `largest`. */
  | { kind: 'minMaxScale'; largest: number }
  /** Resampling to a size by a Lanczos filter of three lobes, against aliasing. */
  | { kind: 'resize'; size: Pair }
  /** Mean over frequency and time. */
  | { kind: 'globalAverage' }
  /** Residual block of three convolutions, each with batch normalization; the rectifier behind it is an operation of its own. */
  | { kind: 'bottleneck'; block: string; width: number; channels: number; stride: Pair }
  /** Flattens, then a matrix. */
  | { kind: 'dense'; units: number; bias: boolean }
  /** Zeroes units at random while training. */
  | { kind: 'dropout'; rate: number }
  /** Units `begin` … `begin + units − 1` of a flat layer. */
  | { kind: 'slice'; begin: number; units: number };

/** One named stage: where its input comes from and what it does; its activations are those after the last operation. */
export interface StageDefinition {
  name: string;
  /** Name of an earlier stage, or `cochleagram`. */
  input: string;
  operations: readonly Operation[];
}

/** A network as data: stages in processing order and the stages that classify. */
export interface Architecture {
  /** Shape of its input. */
  cochleagram: Pair;
  stages: readonly StageDefinition[];
  outputs: readonly { task: 'word' | 'genre'; stage: string; classes: number }[];
}
