import type { Tensor } from '@tensorflow/tfjs';
import { cochleagramShape, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { constant, tf } from '../../engine/tf.ts';
import type { Baseline } from './baseline.ts';
import { type AxisFilter, spectralFilters, temporalFilters } from './modulationFilters.ts';

/** Factor on the cochleagram, so that powers lie above the floor. */
const cochleagramScale = 100;
const powerFloor = 1e-8;

/**
 * The spectrotemporal modulation model: 111 filters on the cochleagram, their power, and its average over time.
 *
 * Filters are in the published order: those of upward movement, scale by scale and rate by rate, zero rates and scales
 * among them, then those of downward movement.
 *
 * @param samples - Length of the sounds, samples.
 * @see Chi, Ru & Shamma (2005), JASA 118, 887–906; the SpecTemp model of Feather et al. (2023), Nat. Neurosci. 26.
 */
export function spectempBaseline(samples: number): Baseline {
  const cochleagram = { ...defaultCochleagramParameters };
  const [channels, frames] = cochleagramShape(cochleagram, samples);
  const bank = createBank(channels, frames, cochleagram.envelopeRateHz);
  const { filters } = bank;
  const lastAxis = (x: Tensor) => tf.transpose(x, [0, 2, 3, 1]);
  const cells = channels * frames;
  return {
    cochleagram,
    readoutStage: 'avgpool',
    channelsPooled: 8,
    version: 1,
    stages: [
      {
        name: 'bank',
        isHidden: true,
        ...{ inputs: ['cochleagram'], shape: [filters, channels, frames], macs: 0 },
        compute: (of) => bank.apply(tf.mul(of('cochleagram'), cochleagramScale)),
      },
      {
        name: 'bankPower',
        isHidden: true,
        ...{ inputs: ['bank'], shape: [filters, channels, frames], macs: 0 },
        compute: (of) => tf.maximum(tf.square(of('bank')), powerFloor),
      },
      {
        name: 'filtered',
        inputs: ['cochleagram'],
        shape: [channels, frames, filters],
        macs: cells * (bank.temporal.length * 2 * frames + filters * 2 * channels),
        compute: (of) => lastAxis(of('bank')),
      },
      {
        name: 'power',
        ...{ inputs: ['filtered'], shape: [channels, frames, filters], macs: 0 },
        compute: (of) => lastAxis(of('bankPower')),
      },
      {
        name: 'avgpool',
        ...{ inputs: ['power'], shape: [channels * filters], macs: 0 },
        compute(of) {
          const mean = tf.transpose(tf.mean(of('bankPower'), 3), [0, 2, 1]);
          return tf.reshape(mean, [-1, channels * filters]);
        },
      },
    ],
  };
}

function createBank(channels: number, frames: number, rateHz: number) {
  const temporal = temporalFilters(frames, rateHz);
  const spectral = spectralFilters(channels);
  // Frames of all filters side by side, so that one product does them all; the frequency axis is multiplied from the left.
  const separable = (time: Float64Array[], frequency: Float64Array[]) => {
    const [rates, scales] = [time.length, frequency.length];
    const overTime = stacked(time, frames, 'columns');
    const overFrequency = stacked(frequency, channels, 'rows');
    return (x: Tensor) => {
      const inTime = tf.matMul(x, constant(overTime, [1, frames, rates * frames]));
      const both = tf.matMul(constant(overFrequency, [1, scales * channels, channels]), inTime);
      return tf.transpose(tf.reshape(both, [-1, scales, channels, rates, frames]), [0, 1, 3, 2, 4]);
    };
  };
  const plain = (filters: readonly AxisFilter[]) => filters.map((filter) => filter.plain);
  const moving = (filters: readonly AxisFilter[], part: 'even' | 'quadrature') =>
    filters.flatMap((filter) => filter.moving?.[part] ?? []);
  const ofNoScale = separable(plain(temporal), plain(spectral.slice(0, 1)));
  const ofNoRate = separable(plain(temporal.slice(0, 1)), plain(spectral.slice(1)));
  const ofEven = separable(moving(temporal, 'even'), moving(spectral, 'even'));
  const ofQuadrature = separable(moving(temporal, 'quadrature'), moving(spectral, 'quadrature'));
  const [rates, scales] = [temporal.length, spectral.length];
  const flat = (part: Tensor, count: number) => tf.reshape(part, [-1, count, channels, frames]);
  return {
    temporal,
    filters: rates * scales + (rates - 1) * (scales - 1),
    /** From [batch, channels, frames] to [batch, filters, channels, frames]. */
    apply(x: Tensor): Tensor {
      const [even, quadrature] = [ofEven(x), ofQuadrature(x)];
      const oneWay = tf.concat([ofNoRate(x), tf.mul(tf.add(even, quadrature), 0.5)], 2);
      const theOther = tf.mul(tf.sub(even, quadrature), 0.5);
      const parts = [
        flat(ofNoScale(x), rates),
        flat(oneWay, (scales - 1) * rates),
        flat(theOther, (scales - 1) * (rates - 1)),
      ];
      return tf.concat(parts, 1);
    },
  };
}

/** Periodic kernels as matrices, cut to the axis' length: side by side [size, filters · size], or on top of each other. */
function stacked(kernels: readonly Float64Array[], size: number, how: 'rows' | 'columns'): Float32Array {
  const values = new Float32Array(kernels.length * size * size);
  kernels.forEach((kernel, k) => {
    for (let to = 0; to < size; to++)
      for (let from = 0; from < size; from++) {
        const at =
          how === 'rows' ? (k * size + to) * size + from : from * kernels.length * size + k * size + to;
        values[at] = kernel[(to - from + kernel.length) % kernel.length]!;
      }
  });
  return values;
}
