import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../../engine/tf.ts';
import { type FilterOverTime, filterOverTime } from './filterOverTime.ts';
import { kernelMatrices } from './kernelMatrices.ts';
import { type AxisFilter, spectralFilters, temporalFilters } from './modulationFilters.ts';

/** Spectrotemporal filters, each made of one over frequency and one over time. */
export interface ModulationBank {
  /** Number of filters. */
  filters: number;
  /** Multiply-accumulates of their matrices on one sound. */
  macs: number;
  /**
   * What is made of the filters' outputs, in the published order: those of upward movement, scale by scale and rate by rate,
   * zero rates and scales among them, then those of downward movement.
   *
   * @param x - Shape [batch, channels, frames].
   * @param make - From outputs of some filters [batch, filters, channels, frames] to [batch, filters, …]. It is asked rate by
   *   rate, so that outputs of which little is made need not all be there at once.
   */
  apply(x: Tensor, make: (outputs: Tensor) => Tensor): Tensor;
}

/**
 * Prepares the modulation filters for cochleagrams of one size.
 *
 * @param rateHz - Frames a second.
 */
export function createModulationBank(channels: number, frames: number, rateHz: number): ModulationBank {
  const [temporal, spectral] = [temporalFilters(frames, rateHz), spectralFilters(channels)];
  const [rates, scales] = [temporal.length, spectral.length];
  const inTime = (kernels: Float64Array[]) => filterOverTime(kernels, frames);
  const [plain, even, quadrature] = kernelsOf(temporal).map(inTime) as Three<FilterOverTime>;
  const inFrequency = (kernels: Float64Array[]) => filterOverFrequency(kernels, channels);
  const [plainScales, evenScales, quadratureScales] = kernelsOf(spectral);
  const noScale = inFrequency(plainScales.slice(0, 1));
  const noRate = inFrequency(plainScales.slice(1));
  const [evens, quadratures] = [inFrequency(evenScales), inFrequency(quadratureScales)];
  const overTime = [plain, even, quadrature].reduce((sum, filter) => sum + filter.macs(channels), 0);
  const timesOverFrequency = rates + (scales - 1) + 2 * (rates - 1) * (scales - 1);
  return {
    macs: overTime + timesOverFrequency * channels ** 2 * frames,
    filters: rates * scales + (rates - 1) * (scales - 1),
    apply(x, make) {
      const atRates = plain.apply(x);
      const [ofEven, ofQuadrature] = [even.apply(x).map(evens), quadrature.apply(x).map(quadratures)];
      const halved = (tensor: Tensor) => make(tf.mul(tensor, 0.5));
      const upward = [
        make(noRate(atRates[0]!)),
        ...ofEven.map((each, i) => halved(tf.add(each, ofQuadrature[i]!))),
      ];
      const downward = ofEven.map((each, i) => halved(tf.sub(each, ofQuadrature[i]!)));
      const withNoScale = upward.map((each, rate) => tf.concat([make(noScale(atRates[rate]!)), each], 1));
      return tf.concat([scaleByScale(withNoScale), scaleByScale(downward)], 1);
    },
  };
}

type Three<T> = [plain: T, even: T, quadrature: T];

/** Kernels of filters as they are, and of the parts of those that follow movement. */
function kernelsOf(filters: readonly AxisFilter[]): Three<Float64Array[]> {
  const moving = filters.flatMap((filter) => filter.moving ?? []);
  return [
    filters.map((filter) => filter.plain),
    moving.map(({ even }) => even),
    moving.map(({ quadrature }) => quadrature),
  ];
}

/** From [batch, channels, frames] to [batch, filters, channels, frames]. */
function filterOverFrequency(kernels: readonly Float64Array[], channels: number) {
  const matrices = kernelMatrices(kernels, channels);
  return (x: Tensor) => {
    const outputs = tf.matMul(constant(matrices, [1, kernels.length * channels, channels]), x);
    return tf.reshape(outputs, [-1, kernels.length, channels, x.shape[2]!]);
  };
}

/** From [batch, scales, …] of each rate to [batch, scales · rates, …]. */
function scaleByScale(atRates: readonly Tensor[]): Tensor {
  const [batch, scales, ...rest] = atRates[0]!.shape as [number, number, ...number[]];
  return tf.reshape(tf.stack([...atRates], 2), [batch, scales * atRates.length, ...rest]);
}
