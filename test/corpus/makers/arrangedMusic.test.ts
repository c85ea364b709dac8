import { expect, test } from 'vitest';
import { pieceRandom } from '../../../src/corpus/makers/arrangedMusic.ts';
import { genres } from '../../../src/corpus/makers/genres.ts';

test('pieceRandom gives each piece of the 20 genres draws of its own, under any seed', () => {
  expect(genres).toHaveLength(20);
  const firstDraws = [0, 1, 2].flatMap((seed) =>
    genres.flatMap(({ name }) =>
      Array.from({ length: 60 }, (_, index) => pieceRandom(seed, name, index).uniform()),
    ),
  );
  expect(new Set(firstDraws).size).toBe(3 * 20 * 60);
});
