import { kaiserWindow, sinc } from './kaiserWindow.ts';

/** Edge of the passband as a share of the lower Nyquist frequency: flat within 0.001 dB below it. */
const passbandShare = 0.92;
/** What is above the lower Nyquist frequency is this far down, dB. */
const stopbandDb = 100;

// Kaiser's formulas for a 100 dB stopband whose transition ends at the lower Nyquist frequency.
const kaiserBeta = 0.1102 * (stopbandDb - 8.7);
const halfWidthZeroCrossings = Math.ceil((stopbandDb - 7.95) / (2.285 * Math.PI * (1 - passbandShare)) / 2);
const cutoffShare = (1 + passbandShare) / 2;

/**
 * Changes the sample rate with a polyphase windowed-sinc filter (Kaiser window, linear phase, no delay): flat within
 * 0.001 dB up to 0.92 of the lower Nyquist frequency, 100 dB down from that frequency on. Zeros are assumed outside.
 *
 * @param samples - One channel.
 * @param fromHz - Its rate, a whole number.
 * @param toHz - The wanted rate, a whole number.
 * @returns ceil(length · toHz / fromHz) samples; the input itself when the rates are equal.
 * @throws RangeError if a rate is not a whole number > 0.
 */
export function resampleSound(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  return resampleExcerpt(samples, {
    fromHz,
    toHz,
    start: 0,
    length: resampledLength(samples.length, fromHz, toHz),
  });
}

/**
 * Samples of a whole sound after {@link resampleSound}.
 *
 * @param length - Samples before.
 * @param fromHz - Rate before.
 * @param toHz - Rate after.
 * @returns ceil(length · toHz / fromHz).
 */
export function resampledLength(length: number, fromHz: number, toHz: number): number {
  return Math.ceil((length * toHz) / fromHz);
}

/**
 * What {@link resampleExcerpt} needs of a sound for a stretch of it.
 *
 * @param wanted - Both rates, and first sample and length of the stretch at the new rate.
 * @returns First sample and the one after the last, at the old rate; they may lie outside the sound.
 */
export function neededSamples({ fromHz, toHz, start, length }: ResampledStretch): {
  from: number;
  to: number;
} {
  const margin = fromHz === toHz ? 0 : Math.ceil(halfWidthSamples(toHz, fromHz)) + 2;
  return {
    from: Math.floor((start * fromHz) / toHz) - margin,
    to: Math.ceil(((start + length) * fromHz) / toHz) + margin,
  };
}

/** A stretch of a resampled sound. */
export interface ResampledStretch {
  fromHz: number;
  toHz: number;
  /** First sample at the new rate. */
  start: number;
  /** Samples at the new rate. */
  length: number;
  /** Where in the whole sound the samples that are given begin, at the old rate; default 0. */
  firstSample?: number;
}

/**
 * A stretch of what {@link resampleSound} gives, without computing the rest.
 *
 * @param samples - One channel, or what {@link neededSamples} says of it.
 * @param wanted - Both rates, and the stretch.
 * @returns The stretch; the input itself when the rates are equal and all of it is wanted.
 * @throws RangeError if a rate is not a whole number > 0.
 */
export function resampleExcerpt(samples: Float32Array, wanted: ResampledStretch): Float32Array {
  const { fromHz, toHz, start, length, firstSample = 0 } = wanted;
  for (const [name, rate] of Object.entries({ fromHz, toHz }))
    if (!Number.isInteger(rate) || rate <= 0)
      throw new RangeError(`resampleSound: ${name} must be a whole number of Hz > 0, got ${rate}; round it`);
  if (fromHz === toHz) {
    const from = start - firstSample;
    return length === samples.length ? samples : samples.slice(from, from + length);
  }
  const bank = filterBank(fromHz, toHz);
  const output = new Float32Array(length);
  const outputsAtOnce = Math.max(fewestOutputsAtOnce, 4 * bank.up);
  for (let done = 0; done < length; done += outputsAtOnce) {
    const block = { start: start + done, length: Math.min(outputsAtOnce, length - done) };
    const { from, to } = neededSamples({ fromHz, toHz, ...block });
    const input = new Float64Array(to - from);
    const given = samples.subarray(Math.max(0, from - firstSample), Math.max(0, to - firstSample));
    input.set(given, Math.max(0, firstSample - from));
    resampleInto(output.subarray(done, done + block.length), bank, { ...block, input, inputStart: from });
  }
  return output;
}

/** So many that each filter serves several, so few that their input stays in the cache. */
const fewestOutputsAtOnce = 2 ** 14;

/** Outputs that have a filter in common follow each other, four at a time: its values are read once for the four. */
function resampleInto(
  output: Float32Array,
  { up, down, filterAt }: FilterBank,
  { start, input, inputStart }: { start: number; input: Float64Array; inputStart: number },
): void {
  for (let first = 0; first < Math.min(up, output.length); first++) {
    const position = (start + first) * down;
    const { filter, begin } = filterAt(position % up);
    let at = Math.floor(position / up) + begin - inputStart;
    let n = first;
    for (; n + 3 * up < output.length; n += 4 * up, at += 4 * down) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = 0; k < filter.length; k++) {
        const value = filter[k]!;
        a += value * input[at + k]!;
        b += value * input[at + down + k]!;
        c += value * input[at + 2 * down + k]!;
        d += value * input[at + 3 * down + k]!;
      }
      output[n] = a;
      output[n + up] = b;
      output[n + 2 * up] = c;
      output[n + 3 * up] = d;
    }
    for (; n < output.length; n += up, at += down) {
      let sum = 0;
      for (let k = 0; k < filter.length; k++) sum += filter[k]! * input[at + k]!;
      output[n] = sum;
    }
  }
}

interface PhaseFilter {
  filter: Float64Array;
  /** Where it begins, samples from the position. */
  begin: number;
}

/** One filter for each of the `up` positions between two input samples, which are `down` of them apart. */
interface FilterBank {
  up: number;
  down: number;
  filterAt: (phase: number) => PhaseFilter;
}

/** Rates without a large common divisor have too many filters to keep; these are interpolated anew each time. */
const mostFilterValues = 2 ** 22;

/** Of short sounds, the filters would take longer than the sums. */
const keptBanks = new Map<string, FilterBank>();
const mostKeptBanks = 16;

function filterBank(fromHz: number, toHz: number): FilterBank {
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const [up, down] = [toHz / divisor, fromHz / divisor];
  const known = keptBanks.get(`${up}/${down}`);
  if (known) return known;
  const bank = { up, down, filterAt: phaseFilters(up, down) };
  if (filterValues(up, down) > mostFilterValues / mostKeptBanks) return bank;
  if (keptBanks.size === mostKeptBanks) keptBanks.clear();
  keptBanks.set(`${up}/${down}`, bank);
  return bank;
}

/** Width of a filter to either side, input samples. */
function halfWidthSamples(up: number, down: number): number {
  return halfWidthZeroCrossings * Math.max(1, down / up);
}

function filterValues(up: number, down: number): number {
  return up * (2 * halfWidthSamples(up, down) + 1);
}

/** Each is made when first needed. */
function phaseFilters(up: number, down: number): (phase: number) => PhaseFilter {
  const made: PhaseFilter[] = [];
  const scale = Math.min(1, up / down);
  const halfWidth = halfWidthSamples(up, down);
  const isKept = filterValues(up, down) <= mostFilterValues;
  const shape = isKept ? filterShape : interpolatedShape();
  const buffer = new Float64Array(isKept ? 0 : Math.ceil(2 * halfWidth + 1));
  const make = (phase: number) => {
    const offset = phase / up;
    const begin = Math.ceil(offset - halfWidth);
    const length = Math.floor(offset + halfWidth) - begin + 1;
    const filter = isKept ? new Float64Array(length) : buffer.subarray(0, length);
    for (let k = 0; k < length; k++) filter[k] = shape((begin + k - offset) * scale, scale);
    return { filter, begin };
  };
  if (!isKept) return make;
  return (phase) => {
    const known = made[phase];
    if (known) return known;
    const filter = make(phase);
    made[phase] = filter;
    return filter;
  };
}

/** The windowed sinc at a distance in zero crossings. */
function filterShape(distance: number, scale: number): number {
  return (
    scale *
    cutoffShare *
    sinc(distance * cutoffShare) *
    kaiserWindow(distance / halfWidthZeroCrossings, kaiserBeta)
  );
}

/** Steps of the table between two zero crossings: straight lines between them are off by 150 dB less than the peak. */
const tableSteps = 8192;

function interpolatedShape(): (distance: number, scale: number) => number {
  const length = Math.ceil(halfWidthZeroCrossings * tableSteps) + 2;
  const table = Float64Array.from({ length }, (_, i) => filterShape(i / tableSteps, 1));
  return (distance, scale) => {
    const at = Math.abs(distance) * tableSteps;
    const below = Math.floor(at);
    return scale * (table[below]! + (at - below) * (table[below + 1]! - table[below]!));
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
