import { type Sound, samplesOf } from '../stimuli/sound.ts';
import { createExactCochleagram, type ExactCochleagram } from './exactCochleagram.ts';
import type { CochleagramParameters } from './parameters.ts';

/** A cochleagram and its axes. */
export interface Cochleagram
  extends Pick<ExactCochleagram, 'channels' | 'frames' | 'centerFrequenciesHz' | 'frameTimesSeconds'> {
  /** Shape [channels, frames], compressed envelope, row-major; low frequencies first. */
  values: Float64Array;
}

/**
 * The exact cochleagram of a sound.
 *
 * @param sound - A sound, whose rate counts, or samples alone.
 * @param parameters - What shall differ from the published ear.
 * @throws InputError for impossible parameters, or a sound too short for one frame.
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940.
 */
export function cochleagram(
  sound: Sound | Float32Array,
  parameters: Partial<CochleagramParameters> = {},
): Cochleagram {
  const samples = samplesOf(sound);
  const rate = sound instanceof Float32Array ? {} : { sampleRateHz: sound.sampleRateHz };
  const ear = createExactCochleagram({ ...rate, ...parameters }, samples.length);
  const { channels, frames, centerFrequenciesHz, frameTimesSeconds } = ear;
  return { values: ear.analyze(samples), channels, frames, centerFrequenciesHz, frameTimesSeconds };
}
