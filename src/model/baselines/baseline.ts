import type { Tensor } from '@tensorflow/tfjs';
import type { CochleagramParameters } from '../../../cochlea/parameters.ts';

/** A model without learned features: an ear, and fixed stages that stand on its cochleagram. */
export interface Baseline {
  cochleagram: CochleagramParameters;
  /** Its fixed stages after the cochleagram, for sounds of one length. */
  stages: readonly BaselineStage[];
  /** The stage that a linear readout stands on. */
  readoutStage: string;
  /** How many neighboring frequency channels of that stage share one weight of the readout; 1: each has its own. */
  channelsPooled: number;
  /** The hash's share of what is fixed in code; another number where an activation changes. */
  version: number;
}

/** A fixed stage. */
export interface BaselineStage {
  name: string;
  inputs: readonly string[];
  /** As in `Stage`: [frequency, time, channel] or [unit]. */
  shape: readonly number[];
  /** Multiply-accumulates of its matrices, for one sound. */
  macs: number;
  /**
   * Its activations.
   *
   * @param of - Gives what its inputs, or values on the way, are, each computed once.
   * @returns Shape [batch, ...shape].
   */
  compute(of: (name: string) => Tensor): Tensor;
  /** A value on the way, asked for by stages alone. */
  isHidden?: boolean;
}
