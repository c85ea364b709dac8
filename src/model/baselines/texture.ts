import type { Tensor } from '@tensorflow/tfjs';
import {
  type CochleagramParameters,
  cochleagramShape,
  defaultCochleagramParameters,
} from '../../../cochlea/parameters.ts';
import { arraySize } from '../../base/arraySize.ts';
import { constant, tf } from '../../engine/tf.ts';
import type { Baseline, BaselineStage } from './baseline.ts';
import { createModulationAnalysis, type ModulationAnalysis } from './modulationAnalysis.ts';
import { octaveBandsHz } from './textureFilters.ts';

/** Distances, in channels, of the envelopes that are correlated. */
const correlationOffsets = [1, 2, 3, 5, 8, 11, 16, 21];
/** The same for modulation bands. */
const modulationOffsets = [1, 2];
const leastVariance = 1e-10;

/**
 * Norm of each kind of statistic, median over fifteen bundled clips: in the stage `statistics` each kind has about unit norm.
 */
const typicalNorms = {
  ...{ mean: 1, variation: 0.73, skewness: 4.5, kurtosis: 20 },
  ...{ correlations: 7.4, modulationPower: 1.9, acrossChannels: 10, acrossRates: 4.2 },
};

/** The ear of the texture model: 30 half-cosine filters of 20–10,000 Hz and the two ends, envelopes at 400 Hz. */
const ear: CochleagramParameters = {
  ...defaultCochleagramParameters,
  ...{ filters: 30, overcomplete: 1, lowHz: 20, highHz: 10000 },
  ...{ envelopeRateHz: 400, downsamplingTaps: 501 },
};

/**
 * The texture model: time-averaged statistics of 32 compressed envelopes, over the whole sound as if it went in a circle.
 *
 * `marginals` [channel, moment]: mean, variance over squared mean, skewness, kurtosis. `correlations`: of envelopes
 * 1, 2, 3, 5, 8, 11, 16 and 21 channels apart. `modulationPower` [channel, band]: share of the envelope's variance in 20
 * bands. `modulationCorrelations`: in 6 octave bands, of channels 1 and 2 apart; then of neighboring bands within a
 * channel, the slower one's phase doubled, real and imaginary part. `statistics`: all of them, each kind at unit norm.
 *
 * @param samples - Length of the sounds, samples.
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940.
 */
export function textureBaseline(samples: number): Baseline {
  const [channels, frames] = cochleagramShape(ear, samples);
  const analysis = createModulationAnalysis(channels, frames, ear.envelopeRateHz);
  const stages = statisticStages(channels, frames, analysis);
  const total = stages.reduce((sum, { isHidden, shape }) => sum + (isHidden ? 0 : arraySize(shape)), 0);
  const names = stages.flatMap(({ name, isHidden }) => (isHidden ? [] : [name]));
  return {
    cochleagram: ear,
    readoutStage: 'statistics',
    channelsPooled: 1,
    version: 1,
    stages: [
      ...stages,
      { name: 'statistics', inputs: names, shape: [total], macs: 0, compute: (of) => allStatistics(of) },
    ],
  };
}

function statisticStages(channels: number, frames: number, analysis: ModulationAnalysis): BaselineStage[] {
  const pairs = pairsAt(correlationOffsets, channels);
  const across = modulationOffsets.reduce((sum, offset) => sum + channels - offset, 0) * octaveBandsHz.length;
  const within = 2 * channels * (octaveBandsHz.length - 1);
  const inputs = ['cochleagram'];
  const hidden = (name: string, compute: BaselineStage['compute']): BaselineStage => ({
    ...{ name, inputs, shape: [], macs: 0, isHidden: true, compute },
  });
  return [
    hidden('standardized', (of) => standardized(of('cochleagram'))),
    hidden('spectrum', (of) => analysis.spectrum(of('standardized'))),
    hidden('acrossChannels', (of) => acrossChannels(of('spectrum'), analysis)),
    hidden('acrossRates', (of) => acrossRates(of('spectrum'), analysis)),
    {
      ...{ name: 'marginals', inputs, shape: [channels, 4], macs: 0 },
      compute: (of) => marginals(of('cochleagram'), of('standardized')),
    },
    {
      ...{ name: 'correlations', inputs, shape: [pairs.length], macs: channels * channels * frames },
      compute(of) {
        const z = of('standardized');
        const all = tf.div(tf.matMul(z, z, false, true), frames);
        const indices = Int32Array.from(pairs, ([j, k]) => j * channels + k);
        return tf.gather(tf.reshape(all, [-1, channels * channels]), indexTensor(indices), 1);
      },
    },
    {
      name: 'modulationPower',
      ...{ inputs, shape: [channels, analysis.powerBands], macs: channels * frames * frames },
      compute: (of) => analysis.power(of('spectrum')),
    },
    {
      name: 'modulationCorrelations',
      ...{ inputs, shape: [across + within], macs: channels * frames * frames },
      compute: (of) => tf.concat([of('acrossChannels'), of('acrossRates')], 1),
    },
  ];
}

const indexTensor = (indices: Int32Array) => constant(indices, [indices.length]) as never;

function pairsAt(offsets: readonly number[], channels: number): [number, number][] {
  return offsets.flatMap((offset) =>
    Array.from({ length: Math.max(0, channels - offset) }, (_, j): [number, number] => [j, j + offset]),
  );
}

/** Envelopes of zero mean and unit variance over time. */
function standardized(envelopes: Tensor): Tensor {
  const centered = tf.sub(envelopes, tf.mean(envelopes, 2, true));
  const variance = tf.mean(tf.square(centered), 2, true);
  return tf.div(centered, tf.sqrt(tf.maximum(variance, leastVariance)));
}

function marginals(envelopes: Tensor, z: Tensor): Tensor {
  const mean = tf.mean(envelopes, 2);
  const variance = tf.mean(tf.square(tf.sub(envelopes, tf.mean(envelopes, 2, true))), 2);
  const square = tf.square(z);
  return tf.stack(
    [mean, tf.div(variance, tf.square(mean)), tf.mean(tf.mul(square, z), 2), tf.mean(tf.square(square), 2)],
    2,
  );
}

/** Correlations of channels within each octave band, from their cross-spectra; [batch, pairs · bands]. */
function acrossChannels(spectrum: Tensor, analysis: ModulationAnalysis): Tensor {
  const [, , channels, bins] = spectrum.shape as [number, number, number, number];
  const power = analysis.octavePower(tf.sum(tf.square(spectrum), 1));
  const part = (x: Tensor, first: number, offset: number) =>
    x.rank === 4
      ? tf.slice(x, [0, 0, first, 0], [-1, 2, channels - offset, bins])
      : tf.slice(x, [0, first, 0], [-1, channels - offset, octaveBandsHz.length]);
  const correlations = modulationOffsets.map((offset) => {
    const product = tf.sum(tf.mul(part(spectrum, 0, offset), part(spectrum, offset, offset)), 1);
    const powers = tf.mul(part(power, 0, offset), part(power, offset, offset));
    const all = tf.div(analysis.octavePower(product), tf.sqrt(tf.maximum(powers, leastVariance ** 2)));
    return tf.reshape(all, [-1, (channels - offset) * octaveBandsHz.length]);
  });
  return tf.concat(correlations, 1);
}

/** Correlations of neighboring octave bands of a channel, the slower one's phase doubled; [batch, 2 · (bands − 1) · channels]. */
function acrossRates(spectrum: Tensor, analysis: ModulationAnalysis): Tensor {
  const bands = analysis.analyticBands(spectrum);
  const meanPower = ([re, im]: readonly [Tensor, Tensor]) => tf.mean(tf.add(tf.square(re), tf.square(im)), 2);
  const correlations = bands.slice(1).flatMap((faster, n) => {
    const slower = doubledPhase(bands[n]!);
    const [re, im] = faster;
    const norm = tf.sqrt(tf.maximum(tf.mul(meanPower(slower), meanPower(faster)), leastVariance ** 2));
    const real = tf.mean(tf.add(tf.mul(slower[0], re), tf.mul(slower[1], im)), 2);
    const imaginary = tf.mean(tf.sub(tf.mul(slower[0], im), tf.mul(slower[1], re)), 2);
    return [tf.div(real, norm), tf.div(imaginary, norm)];
  });
  return tf.concat(correlations, 1);
}

/** a²/|a|. */
function doubledPhase([re, im]: readonly [Tensor, Tensor]): [Tensor, Tensor] {
  const magnitude = tf.sqrt(tf.maximum(tf.add(tf.square(re), tf.square(im)), leastVariance));
  return [
    tf.div(tf.sub(tf.square(re), tf.square(im)), magnitude),
    tf.div(tf.mul(tf.mul(re, im), 2), magnitude),
  ];
}

function allStatistics(of: (name: string) => Tensor): Tensor {
  const [mean, variation, skewness, kurtosis] = tf.unstack(of('marginals'), 2) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const power = of('modulationPower');
  const kinds = {
    ...{ mean, variation, skewness, kurtosis, correlations: of('correlations') },
    modulationPower: tf.reshape(power, [-1, power.shape[1]! * power.shape[2]!]),
    ...{ acrossChannels: of('acrossChannels'), acrossRates: of('acrossRates') },
  };
  return tf.concat(
    Object.entries(kinds).map(([kind, values]) =>
      tf.div(values, typicalNorms[kind as keyof typeof typicalNorms]),
    ),
    1,
  );
}
