import { expect, test } from 'vitest';
import { type Causes, causeNames, placeOf } from '../../../src/experiments/causes/causes.ts';
import { type CausesBatch, drawCausesBatch } from '../../../src/experiments/causes/causesBatch.ts';
import { placePairs, recoveryOf } from '../../../src/experiments/causes/recovery.ts';

const size = { batchSize: 6, sampleRateHz: 4000, samples: 4000 };
const batch = (index: number) => drawCausesBatch(size, { purpose: 'held out', seed: 1, index });
const batches = Array.from({ length: 20 }, (_, index) => batch(index));

test('recoveryOf finds nothing to complain of in the truth', () => {
  const { source, causes } = recoveryOf(
    batches,
    batches.map(({ sources, places }) => ({ sources: Float32Array.from(sources), places })),
  );
  expect(source.accuracy).toBe(1);
  expect(source.low).toBeGreaterThan(0.95);
  for (const cause of causes) {
    expect(cause.r, cause.name).toBeCloseTo(1, 9);
    expect(cause.explained, cause.name).toBeCloseTo(1, 9);
    expect(cause.medianFactor, cause.name).toBeCloseTo(1, 9);
  }
});

test('a fundamental frequency of noise does not count, whatever is inferred of it', () => {
  const wrong = batches.map(({ sources, places, causes }) => ({
    sources: Float32Array.from(sources),
    places: places.map((place, i) => {
      const isPitchOfNoise =
        i % causeNames.length === 0 && causes[Math.floor(i / causeNames.length)]!.source === 'noise';
      return isPitchOfNoise ? 99 : place;
    }),
  }));
  const f0 = recoveryOf(batches, wrong).causes.find(({ name }) => name === 'f0Hz')!;
  const harmonic = batches.flatMap(({ causes }) => causes).filter(({ source }) => source === 'harmonic');
  expect(f0.sounds).toBe(harmonic.length);
  expect(f0.sounds).toBeLessThan(120);
  expect(f0.r).toBeCloseTo(1, 9);
});

test('errors are told in the unit of the cause: an octave too high is a factor of 2, and explains less than nothing', () => {
  const octave = batches.map(({ sources, places, causes }) => ({
    sources: Float32Array.from(sources, (source) => 1 - source),
    places: places.map((place, i) => {
      const [name, drawn] = [causeNames[i % causeNames.length]!, causes[Math.floor(i / causeNames.length)]!];
      return name === 'formant1Hz' ? placeOf(name, 2 * drawn[name]) : place;
    }),
  }));
  const { source, causes } = recoveryOf(batches, octave);
  expect(source.accuracy).toBe(0);
  const formant = causes.find(({ name }) => name === 'formant1Hz')!;
  expect(formant.medianFactor).toBeCloseTo(2, 5);
  expect(formant.r).toBeCloseTo(1, 6);
  expect(formant.explained).toBeLessThan(0);
});

test('placePairs keep true and inferred places of a cause together', () => {
  const [first, second] = [batch(0), batch(1)];
  const doubled = (of: CausesBatch) => ({
    sources: new Float32Array(6),
    places: of.places.map((place) => 2 * place),
  });
  const pairs = placePairs('durationSeconds', [first, second], [doubled(first), doubled(second)]);
  const truths = [first, second].flatMap(({ causes }) =>
    causes.map((drawn: Causes) => placeOf('durationSeconds', drawn.durationSeconds)),
  );
  expect(pairs).toHaveLength(12);
  pairs.forEach(({ truth, inferred }, i) => {
    expect(truth).toBeCloseTo(truths[i]!, 6);
    expect(inferred).toBeCloseTo(2 * truths[i]!, 6);
  });
});

test('drawCausesBatch: sounds depend on purpose, seed and index alone', () => {
  const stream = { purpose: 'training', seed: 1, index: 3 } as const;
  const drawn = drawCausesBatch(size, stream);
  expect(drawCausesBatch(size, stream)).toEqual(drawn);
  for (const other of [{ purpose: 'held out' as const }, { seed: 2 }, { index: 4 }])
    expect(drawCausesBatch(size, { ...stream, ...other }).causes).not.toEqual(drawn.causes);
  // The first sounds of a batch are those of a smaller one.
  expect(drawCausesBatch({ ...size, batchSize: 2 }, stream).causes).toEqual(drawn.causes.slice(0, 2));
});
