import { kaiserWindow, sinc } from '../../stimuli/kaiserWindow.ts';
import { clipRateHz } from './clipSound.ts';

/** From the end of the pass band to the beginning of the stop band, Hz. */
const transitionHz = 500;
/** Taps of the filter, odd; Kaiser's estimate for 60 dB and 500 Hz at 48 kHz is 349. */
const taps = 401;
/** Kaiser's parameter for an attenuation of 60 dB. */
const beta = 0.1102 * (60 - 8.7);

/**
 * Low-passes a sound without delay: an anchor of a multi-stimulus test.
 *
 * @param samples - Linear amplitude, at {@link clipRateHz}.
 * @param passHz - End of the pass band, Hz; ripple within ±0.1 dB below it, 60 dB of attenuation 500 Hz above it.
 * @returns As many samples.
 * @see Recommendation ITU-R BS.1534-3, § 5.1, asks for 25 dB at 0.5 kHz and 50 dB at 1 kHz above the band's end.
 */
export function lowPass(samples: Float32Array, passHz: number): Float32Array {
  const kernel = kernelOf(passHz + transitionHz / 2);
  const half = (taps - 1) / 2;
  return samples.map((_, at) => {
    const from = Math.max(0, at - half);
    const to = Math.min(samples.length - 1, at + half);
    let sum = 0;
    for (let i = from; i <= to; i++) sum += samples[i]! * kernel[i - at + half]!;
    return sum;
  });
}

function kernelOf(cutoffHz: number): Float64Array {
  const half = (taps - 1) / 2;
  const share = (2 * cutoffHz) / clipRateHz;
  const kernel = Float64Array.from(
    { length: taps },
    (_, i) => sinc(share * (i - half)) * kaiserWindow((i - half) / half, beta),
  );
  const gain = kernel.reduce((sum, value) => sum + value, 0);
  return kernel.map((value) => value / gain);
}
