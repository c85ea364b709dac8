import { expect, test } from 'vitest';
import type { LabeledSound } from '../../../src/experiments/lesion/labeledSounds.ts';
import type { Answer } from '../../../src/experiments/lesion/lesionedStage.ts';
import { lesionStage } from '../../../src/experiments/lesion/lesionStage.ts';

const sounds = (['ranking', 'test', 'test', 'ranking', 'ranking', 'test', 'test', 'ranking'] as const).map(
  (half, i): LabeledSound => ({
    ...{ task: i % 2 === 0 ? 'word' : 'genre', label: 'a', half, waveform: new Float32Array(0) },
  }),
);
const placesOf = (half: LabeledSound['half']) => [...sounds.keys()].filter((i) => sounds[i]!.half === half);
const [ranking, tested] = [placesOf('ranking'), placesOf('test')];
/** What the removal of each unit costs a task, nats. */
const costs: Record<string, number[]> = { word: [0, 3, 1], genre: [2, 0, 1] };

async function lesioned(share: number) {
  const asked: { places: readonly number[]; silenced: readonly number[] }[] = [];
  const answersTo = (places: readonly number[], silenced: readonly number[]) =>
    places.map((place): Answer => {
      const { task } = sounds[place]!;
      const loss = silenced.reduce((sum, unit) => sum + costs[task]![unit]!, 0);
      return { task, isCorrect: loss < 2, loss };
    });
  const prepared = {
    units: 3,
    async answers(places: readonly number[], silenced: readonly number[]) {
      asked.push({ places, silenced });
      return answersTo(places, silenced);
    },
    release: async () => {},
  };
  const intact = { answers: answersTo(tested, []), chance: { word: 0.5, genre: 0.5 } };
  const settings = { share, randomLesions: 4, seed: 1 };
  const found = await lesionStage('conv1', prepared, {
    ...{ sounds, intact, settings, onProgress: () => {} },
  });
  return { asked, found };
}

test('units are ranked on one half; the dearest ones and random ones are removed on the other', async () => {
  const { asked, found } = await lesioned(0.3);
  expect(asked.map(({ places }) => places)).toEqual([
    ...Array(4).fill(ranking),
    ...Array(2).fill(tested),
    ...Array(4).fill(tested),
  ]);
  expect(asked.slice(0, 6).map(({ silenced }) => silenced)).toEqual([[], [0], [1], [2], [1], [0]]);
  expect(found.costs).toEqual(costs);
  expect(found.lesions['word']).toEqual({ units: [1], drops: { word: 2, genre: 0 } });
  expect(found.lesions['genre']).toEqual({ units: [0], drops: { word: 0, genre: 2 } });
});

test.each<[number, number]>([
  [0.01, 1],
  [0.49, 1],
  [0.51, 2],
  [0.99, 3],
])('a share of %f of three units removes %i, and as many at random', async (share, count) => {
  const { asked, found } = await lesioned(share);
  expect(found.removed).toBe(count);
  expect(asked.slice(4).every(({ silenced }) => silenced.length === count)).toBe(true);
});
