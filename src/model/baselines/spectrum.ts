/** Real and imaginary part of a complex number. */
export type Complex = readonly [re: number, im: number];

/**
 * Discrete Fourier transform of a short real sequence, in float64.
 *
 * @param values - The sequence, any unit.
 * @returns One complex number a bin, all of them.
 */
export function spectrumOf(values: ArrayLike<number>): Complex[] {
  const n = values.length;
  const { cosine, sine } = turns(n);
  return Array.from({ length: n }, (_, bin) => {
    let [re, im] = [0, 0];
    for (let t = 0, place = 0; t < n; t++, place = (place + bin) % n) {
      re += values[t]! * cosine[place]!;
      im -= values[t]! * sine[place]!;
    }
    return [re, im];
  });
}

/**
 * The real sequence of a Hermitian spectrum.
 *
 * @param spectrum - One complex number a bin, all of them.
 * @returns As many numbers.
 */
export function sequenceOf(spectrum: readonly Complex[]): Float64Array {
  const n = spectrum.length;
  const { cosine, sine } = turns(n);
  const [re, im] = [0, 1].map((part) => Float64Array.from(spectrum, (value) => value[part]!));
  return Float64Array.from({ length: n }, (_, t) => {
    let sum = 0;
    for (let bin = 0, place = 0; bin < n; bin++, place = (place + t) % n)
      sum += re![bin]! * cosine[place]! - im![bin]! * sine[place]!;
    return sum / n;
  });
}

function turns(n: number) {
  const angles = Float64Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n);
  return { cosine: angles.map(Math.cos), sine: angles.map(Math.sin) };
}
