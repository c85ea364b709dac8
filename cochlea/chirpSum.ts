import FFT from 'fft.js';

/**
 * Sums z[t] = Σ_m u[m]·w^(m·t), w = e^(2πi/period), for any period, by Bluestein's convolution in blocks of outputs.
 *
 * With m·t = (m² + t² − (t−m)²)/2 the sum is a convolution with a chirp, done by power-of-two transforms. Few inputs
 * (the bins of one filter) need only short transforms, block by block. A block's values come without their last chirp:
 * z[start + j] = block[j]·{@link ChirpSum.chirp}(j), which leaves magnitudes untouched.
 */
export interface ChirpSum {
  /** Outputs of one block; the last may be shorter. */
  blockLength: number;
  /** First output of each block. */
  starts: readonly number[];
  /**
   * Values of one block.
   *
   * @param input - u, interleaved complex, shape [inputs, 2].
   * @param start - One of {@link ChirpSum.starts}.
   * @returns Interleaved complex, shape [≥ blockLength, 2]; overwritten by the next call of the same plan.
   */
  evaluate(input: Float64Array, start: number): Float64Array;
  /**
   * Adds the block's share of the gradient with respect to u (∂L/∂re + i·∂L/∂im).
   *
   * @param blockGradient - Gradient with respect to the block's values, interleaved, shape [≤ blockLength, 2].
   * @param start - One of {@link ChirpSum.starts}.
   * @param inputGradient - Receives the sum, shape [inputs, 2].
   */
  addAdjointInto(blockGradient: Float64Array, start: number, inputGradient: Float64Array): void;
  /** Chirp w^(j²/2) that completes output j of a block: its real and imaginary part. */
  chirp(j: number): [re: number, im: number];
}

interface Kernel {
  fft: FFT;
  /** Transform of the chirp that is convolved with, interleaved complex. */
  spectrum: Float64Array;
  padded: Float64Array;
  transformed: Float64Array;
  result: Float64Array;
}

/** Makes plans for one period and shares their tables. */
export type ChirpSumFactory = (inputs: number, outputs: number) => ChirpSum;

/**
 * Prepares sums over one period.
 *
 * @param period - Length of the period, ≥ 1; any whole number.
 * @returns A function that makes the plan for a number of inputs and outputs, each at most about the period.
 */
export function createChirpSums(period: number): ChirpSumFactory {
  const phases = halfStepPhases(period);
  const kernels = new Map<string, Kernel>();
  return (inputs, outputs) => {
    // Widths are rounded up so that filters of like width share a kernel.
    const width = 2 ** Math.ceil(Math.log2(Math.max(inputs, 32)));
    const fftLength = cheapestLength(width, outputs);
    const key = `${width},${fftLength}`;
    const kernel = kernels.get(key) ?? chirpKernel(phases, width, fftLength);
    kernels.set(key, kernel);
    return planOf({ phases, period, inputs, outputs, blockLength: fftLength - width + 1, kernel });
  };
}

/** e^(πi·q/period) for q = 0 … 2·period − 1, interleaved. */
function halfStepPhases(period: number): Float64Array {
  const phases = new Float64Array(4 * period);
  for (let q = 0; q < 2 * period; q++) {
    phases[2 * q] = Math.cos((Math.PI * q) / period);
    phases[2 * q + 1] = Math.sin((Math.PI * q) / period);
  }
  return phases;
}

function cheapestLength(width: number, outputs: number): number {
  const cost = (length: number) => Math.ceil(outputs / (length - width + 1)) * length * Math.log2(length);
  return [2, 4, 8, 16, 32].map((factor) => factor * width).reduce((a, b) => (cost(b) < cost(a) ? b : a));
}

/** Chirp w^(−d²/2) for d = 1 − width … length − width, wrapped around, transformed. */
function chirpKernel(phases: Float64Array, width: number, length: number): Kernel {
  const fft = new FFT(length);
  const chirp = new Float64Array(2 * length);
  const steps = phases.length / 2;
  for (let d = 1 - width; d <= length - width; d++) {
    const q = (d * d) % steps;
    const at = (d + length) % length;
    chirp[2 * at] = phases[2 * q]!;
    chirp[2 * at + 1] = -phases[2 * q + 1]!;
  }
  const [spectrum, padded, transformed, result] = Array.from(
    { length: 4 },
    () => new Float64Array(2 * length),
  );
  fft.transform(spectrum, chirp);
  return { fft, spectrum: spectrum!, padded: padded!, transformed: transformed!, result: result! };
}

function planOf(plan: {
  phases: Float64Array;
  period: number;
  inputs: number;
  outputs: number;
  blockLength: number;
  kernel: Kernel;
}): ChirpSum {
  const { phases, period, inputs, outputs, blockLength, kernel } = plan;
  const { fft, spectrum, padded, transformed, result } = kernel;
  return {
    blockLength,
    starts: Array.from({ length: Math.ceil(outputs / blockLength) }, (_, i) => i * blockLength),
    evaluate(input, start) {
      padded.fill(0);
      forEachPhase(phases, period, start, inputs, (m, re, im) => {
        padded[2 * m] = input[2 * m]! * re - input[2 * m + 1]! * im;
        padded[2 * m + 1] = input[2 * m]! * im + input[2 * m + 1]! * re;
      });
      fft.transform(transformed, padded);
      multiplyInto(transformed, spectrum, 1);
      fft.inverseTransform(result, transformed);
      return result;
    },
    addAdjointInto(blockGradient, start, inputGradient) {
      padded.fill(0);
      padded.set(blockGradient);
      fft.transform(transformed, padded);
      multiplyInto(transformed, spectrum, -1);
      fft.inverseTransform(result, transformed);
      forEachPhase(phases, period, start, inputs, (m, re, im) => {
        inputGradient[2 * m] += result[2 * m]! * re + result[2 * m + 1]! * im;
        inputGradient[2 * m + 1] += result[2 * m + 1]! * re - result[2 * m]! * im;
      });
    },
    chirp: (j) => {
      const q = (j * j) % (2 * period);
      return [phases[2 * q]!, phases[2 * q + 1]!];
    },
  };
}

/** Visits w^(m·start + m²/2) for m = 0 … count − 1; the phase index (2·m·start + m²) grows by additions alone. */
function forEachPhase(
  phases: Float64Array,
  period: number,
  start: number,
  count: number,
  visit: (m: number, re: number, im: number) => void,
): void {
  const steps = 2 * period;
  let q = 0;
  let increment = (2 * start + 1) % steps;
  for (let m = 0; m < count; m++) {
    visit(m, phases[2 * q]!, phases[2 * q + 1]!);
    q += increment;
    if (q >= steps) q -= steps;
    increment += 2;
    if (increment >= steps) increment -= steps;
  }
}

/** a ← a·b, or a·conj(b) when `sign` is −1; interleaved complex. */
function multiplyInto(a: Float64Array, b: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < a.length; i += 2) {
    const re = a[i]!;
    const im = a[i + 1]!;
    const bRe = b[i]!;
    const bIm = sign * b[i + 1]!;
    a[i] = re * bRe - im * bIm;
    a[i + 1] = re * bIm + im * bRe;
  }
}
