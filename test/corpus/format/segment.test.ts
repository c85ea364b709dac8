import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { activeRange, cutWord } from '../../../src/corpus/format/segment.ts';
import { tone } from '../toneCorpus.ts';

const sampleRateHz = 20000;

function wordInNoise(noiseAmplitude: number): Float32Array {
  const random = createRandom(1);
  const samples = Float32Array.from({ length: sampleRateHz }, () => noiseAmplitude * random.normal());
  const word = tone(400, 0.4);
  for (let i = 0; i < word.length; i++) samples[6000 + i]! += word[i]!;
  return samples;
}

test.each([0, 1e-4, 1e-3, 0.01])(
  'activeRange finds a word from 0.3 to 0.7 s within 15 ms in noise of amplitude %d',
  (amplitude) => {
    const { start, end } = activeRange(wordInNoise(amplitude), sampleRateHz);
    expect(Math.abs(start - 6000)).toBeLessThanOrEqual(300);
    expect(Math.abs(end - 14000)).toBeLessThanOrEqual(300);
  },
);

test('activeRange leaves out a click of 5 ms before the word, and takes all of a steady sound', () => {
  const samples = wordInNoise(1e-4);
  samples.fill(0.4, 1000, 1100);
  expect(Math.abs(activeRange(samples, sampleRateHz).start - 6000)).toBeLessThanOrEqual(300);
  expect(activeRange(tone(400, 1), sampleRateHz)).toEqual({ start: 0, end: 20000 });
});

test('cutWord keeps the margin and says where the word is', () => {
  const { samples, wordStart, wordEnd } = cutWord(wordInNoise(1e-4), sampleRateHz, 0.05);
  expect(wordStart).toBe(1000);
  expect(samples.length).toBe(wordEnd + 1000);
  expect(Math.abs(wordEnd - wordStart - 8000)).toBeLessThanOrEqual(400);
});
