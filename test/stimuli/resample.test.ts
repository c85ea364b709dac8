import { expect, test } from 'vitest';
import { resampleExcerpt, resampleSound } from '../../stimuli/resample.ts';

const ratios: [fromHz: number, toHz: number][] = [
  [44100, 20000],
  [48000, 20000],
  [16000, 20000],
  [8000, 20000],
  [96000, 20000],
  [11025, 20000],
  [20000, 44100],
  [44101, 20000],
];

function tone(frequencyHz: number, sampleRateHz: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) =>
    Math.sin((2 * Math.PI * frequencyHz * i) / sampleRateHz),
  );
}

/** Largest deviation from the tone at the new rate, away from the ends, where the filter meets the zeros outside. */
function toneError(frequencyHz: number, fromHz: number, toHz: number): number {
  const resampled = resampleSound(tone(frequencyHz, fromHz, 0.5), fromHz, toHz);
  let worst = 0;
  for (let i = Math.round(0.1 * toHz); i < 0.4 * toHz; i++)
    worst = Math.max(worst, Math.abs(resampled[i]! - Math.sin((2 * Math.PI * frequencyHz * i) / toHz)));
  return worst;
}

test.each(ratios)(
  'resampleSound(%d → %d Hz) gives tones up to 0.92 of the lower Nyquist frequency within 1.2e-4 (0.001 dB)',
  (fromHz, toHz) => {
    const nyquistHz = Math.min(fromHz, toHz) / 2;
    for (const share of [0.01, 0.3, 0.7, 0.9, 0.92])
      expect(toneError(share * nyquistHz, fromHz, toHz), `${share} of Nyquist`).toBeLessThan(1.2e-4);
  },
);

test.each([
  [44100, 20000, 10000],
  [44100, 20000, 10400],
  [44100, 20000, 17000],
  [48000, 20000, 12000],
  [96000, 20000, 40000],
])('resampleSound(%d → %d Hz) leaves a tone of %d Hz 98 dB down or more', (fromHz, toHz, frequencyHz) => {
  const resampled = resampleSound(tone(frequencyHz, fromHz, 0.5), fromHz, toHz);
  const inner = resampled.subarray(Math.round(0.1 * toHz), Math.round(0.4 * toHz));
  expect(Math.max(...inner.map(Math.abs))).toBeLessThan(10 ** (-98 / 20));
});

test('resampleSound has ceil(length · to / from) samples and keeps a constant', () => {
  const resampled = resampleSound(new Float32Array(44101).fill(0.25), 44100, 20000);
  expect(resampled.length).toBe(20001);
  expect(resampled[10000]).toBeCloseTo(0.25, 5);
});

test('resampleSound at equal rates returns the sound itself; a rate that is no whole number is refused', () => {
  const sound = tone(100, 20000, 0.01);
  expect(resampleSound(sound, 20000, 20000)).toBe(sound);
  expect(() => resampleSound(sound, 20000.5, 20000)).toThrow(
    'resampleSound: fromHz must be a whole number of Hz > 0, got 20000.5; round it',
  );
});

test.each([
  { start: 1777, length: 999 },
  { start: 9001, length: 20001 },
])('resampleExcerpt gives the same bits as the whole sound has there: $length from $start on', (stretch) => {
  const sound = tone(1234, 44100, 1.7);
  const whole = resampleSound(sound, 44100, 20000);
  const excerpt = resampleExcerpt(sound, { fromHz: 44100, toHz: 20000, ...stretch });
  expect(excerpt).toEqual(whole.slice(stretch.start, stretch.start + stretch.length));
});
