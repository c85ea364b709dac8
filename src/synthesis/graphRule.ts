import type { Tensor } from '@tensorflow/tfjs';

/** Waveforms and what an optimizer keeps besides, as tensors of shape [sounds, …]. */
export interface GraphState {
  /** Shape [sounds, samples]. */
  waveform: Tensor;
  /** Each of shape [sounds, length]. */
  memory: readonly Tensor[];
}

/** An optimizer's step in TensorFlow.js ops, for devices that keep the waveform. */
export interface GraphRule {
  /**
   * Numbers that a step goes by, always under the same names.
   *
   * @param step - Steps taken before it.
   */
  scalars(step: number): Record<string, number>;
  /**
   * The state one step further.
   *
   * @param state - Of this rule.
   * @param gradient - At the state's waveforms, shape [sounds, samples].
   * @param scalars - As `scalars` gives them, each of shape [sounds, 1].
   */
  update(state: GraphState, gradient: Tensor, scalars: Readonly<Record<string, Tensor>>): GraphState;
}
