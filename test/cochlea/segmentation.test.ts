import { expect, test } from 'vitest';
import { evenBank } from '../../cochlea/decimatedBank.ts';
import {
  cochleagramParameters,
  cochleagramSize,
  kellCochleagramParameters,
} from '../../cochlea/parameters.ts';
import { segmentation } from '../../cochlea/segmentation.ts';

const published = cochleagramParameters();
const kell = cochleagramParameters(kellCochleagramParameters);

test.each<[seconds: number, widest: number, segments: number, framesPerSegment: number | undefined]>([
  [0.5, 674, 10, 10],
  [2, 2696, 20, 20],
  [2, 4000, 20, 20],
  [2, 4001, 40, 10],
  [10, 13476, 125, 16],
  [59.3, 79912, 593, 20],
  [60, 80855, 300, 40],
  // 206 frames are two by a prime.
  [1.03, 1388, 20, undefined],
  // Nor do two segments fit: they would be too few.
  [0.2, 270, 20, undefined],
])(
  'a sound of %d s with filters of %i bins is cut into %i segments',
  (seconds, widest, segments, framesPerSegment) => {
    const size = cochleagramSize(published, seconds * published.sampleRateHz);
    const cut = segmentation(size, { ...published, widest, readsAll: false });
    expect(cut).toEqual({ segments, framesPerSegment, overlap: 10, leadingFrames: 0 });
  },
);

test('where every sample is read, segments divide the period', () => {
  const size = cochleagramSize(published, 1.03 * published.sampleRateHz);
  const cut = segmentation(size, { ...published, widest: 1388, readsAll: true });
  expect(cut.segments).toBe(20);
  const odd = segmentation(cochleagramSize(published, 20664), { ...published, widest: 1388, readsAll: true });
  expect(odd.segments).toBe(21);
});

test('frames around the clip do not reach into padding', () => {
  const padded = { ...kell, padFactor: 2 };
  const cutOf = (parameters: typeof kell) =>
    segmentation(cochleagramSize(parameters, 32000), { ...parameters, widest: 2109, readsAll: false });
  expect(cutOf(kell).framesPerSegment).toBe(20);
  expect(cutOf(padded).framesPerSegment).toBeUndefined();
});

test.each([
  [
    13.271,
    'a sound of 13.271 s must be a multiple of 0.1 s long, so that it can be heard in parts; take 13.200 s of it',
  ],
  // In whole frames, but in no fitting number of them.
  [59.35, 'take 59.300 s of it'],
])('evenBank refuses %d s, which would take too much memory, and says what works', (seconds, message) => {
  expect(() => evenBank(published, Math.round(seconds * 20000), { bins: 80000, oversampling: 6 })).toThrow(
    message,
  );
});
