import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../src/base/inputError.ts';
import { identityGradientRelu } from '../src/engine/gradientRules.ts';
import { tf } from '../src/engine/tf.ts';
import { favorsFewOps } from '../src/engine/trace.ts';
import { anyLengthDft } from './anyLengthDft.ts';
import type { BandGrouping } from './channelBands.ts';
import { channelHearing, heardInGraph } from './channelHearing.ts';
import { compress } from './compression.ts';
import { type DecimatedBank, decimatedBank } from './decimatedBank.ts';
import { centerFrequenciesHz } from './halfCosineFilterbank.ts';
import { type CochleagramParameters, cochleagramSize, defaultOversampling } from './parameters.ts';
import { isSoonComputed, type RealDft } from './realDft.ts';
import { mapped } from './sparseMap.ts';
import { envelopesOfBins } from './subbandEnvelopes.ts';

/** A cochleagram in TensorFlow.js ops: from waveforms [batch, samples] to [batch, channels, frames]. */
export type GraphCochleagram = (waveform: Tensor) => Tensor;

/**
 * The cochleagram's fast, differentiable form: a decimated filterbank made of matrix products.
 *
 * @param parameters - Checked parameters.
 * @param options - `oversampling`: envelope rate over filter width, default 6, in small filterbanks up to twice as much;
 *   more is closer to the exact form, and Infinity reads every sample. `hasTrueGradient`: the gradient is that of the
 *   values; the published one passes the rectifier and clips the compression's slope.
 * @returns The cochleagram; constants are made once for each clip length.
 * @throws InputError when `oversampling` is below 1, or an impairment contradicts itself.
 */
export function createFastCochleagram(
  parameters: CochleagramParameters,
  {
    oversampling = defaultOversampling,
    hasTrueGradient = false,
  }: { oversampling?: number; hasTrueGradient?: boolean } = {},
): GraphCochleagram {
  if (!(oversampling >= 1))
    throw new InputError(`must be ≥ 1, got ${oversampling}; use ${defaultOversampling}`, {
      option: 'oversampling',
    });
  const compression = hasTrueGradient ? { ...parameters, slopeClip: Number.MAX_VALUE } : parameters;
  const hearing = channelHearing(parameters, centerFrequenciesHz(parameters));
  const plans = new Map<string, { dft: RealDft; bank: DecimatedBank }>();
  return (waveform) => {
    const samples = waveform.shape[1]!;
    const { paddedSamples } = cochleagramSize(parameters, samples);
    const grouping = groupingFor(waveform);
    const key = `${samples} ${grouping}`;
    if (!plans.has(key)) {
      const dft = anyLengthDft(paddedSamples, { isCareful: oversampling === Number.POSITIVE_INFINITY });
      const bank = decimatedBank(parameters, samples, oversampling, { layout: dft.layout, grouping });
      plans.set(key, { dft, bank });
    }
    const { dft, bank } = plans.get(key)!;
    const padded = tf.pad(waveform, [
      [0, 0],
      [0, paddedSamples - samples],
    ]);
    const downsampled = envelopesOfBins(mapped([dft.transform(padded)], bank.bins), bank);
    const envelope = hasTrueGradient ? tf.relu(downsampled) : identityGradientRelu(downsampled);
    return compress(hearing ? heardInGraph(envelope, hearing) : envelope, compression);
  };
}

function groupingFor(waveform: Tensor): BandGrouping {
  if (!favorsFewOps()) return 'each';
  return isSoonComputed(waveform) ? 'all' : 'alike';
}
