import type { Tensor } from '@tensorflow/tfjs';
import { cochleagramShape, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { tf } from '../../engine/tf.ts';
import type { Baseline } from './baseline.ts';
import { createModulationBank } from './modulationBank.ts';

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
  const bank = createModulationBank(channels, frames, cochleagram.envelopeRateHz);
  const { filters, macs } = bank;
  const made = (of: (name: string) => Tensor, make: (outputs: Tensor) => Tensor) =>
    bank.apply(tf.mul(of('cochleagram'), cochleagramScale), make);
  return {
    cochleagram,
    readoutStage: 'avgpool',
    channelsPooled: 8,
    version: 1,
    stages: [
      {
        name: 'filtered',
        inputs: ['cochleagram'],
        shape: [channels, frames, filters],
        macs,
        compute: (of) =>
          tf.transpose(
            made(of, (outputs) => outputs),
            [0, 2, 3, 1],
          ),
      },
      {
        name: 'power',
        ...{ inputs: ['filtered'], shape: [channels, frames, filters], macs: 0 },
        compute: (of) => power(of('filtered')),
      },
      {
        name: 'avgpool',
        ...{ inputs: ['power'], shape: [channels * filters], macs: 0 },
        compute(of) {
          const means = made(of, (outputs) => tf.mean(power(outputs), 3));
          return tf.reshape(tf.transpose(means, [0, 2, 1]), [-1, channels * filters]);
        },
      },
    ],
  };
}

const power = (outputs: Tensor) => tf.maximum(tf.square(outputs), powerFloor);
