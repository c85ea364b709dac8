import { beforeAll, expect, test } from 'vitest';
import { naturalExcerpts } from '../../../src/corpus/excerpts/naturalExcerpts.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tonePower, writeToneCorpus } from '../toneCorpus.ts';

const folder = temporaryFolder();
const model = { sampleRateHz: 20000, samples: 10000 };

beforeAll(() => writeToneCorpus(folder));

test('naturalExcerpts draws words, then pieces, half and half, each once, with nothing added to them', async () => {
  const excerpts = await naturalExcerpts(folder, model, { count: 3, seed: 1 });
  const loudest = excerpts.map(
    (excerpt) => [300, 2000, 500, 3000].sort((a, b) => tonePower(excerpt, b) - tonePower(excerpt, a))[0]!,
  );
  const kinds = loudest.map((frequencyHz) => ([300, 2000].includes(frequencyHz) ? 'word' : 'piece'));
  expect(kinds).toEqual(['word', 'word', 'piece']);
  for (const excerpt of excerpts)
    expect(tonePower(excerpt, 5000) + tonePower(excerpt, 700)).toBeLessThan(1e-4);
});

test('naturalExcerpts gives as many words as there are where pieces are few, and says when both are', async () => {
  expect(await naturalExcerpts(folder, model, { count: 6, seed: 1 })).toHaveLength(6);
  await expect(naturalExcerpts(folder, model, { count: 7, seed: 1 })).rejects.toThrow(
    'must hold ≥ 7 words and pieces in its training split, it holds 6; ask for fewer excerpts',
  );
});

test('naturalExcerpts refuses a model of another rate', async () => {
  await expect(
    naturalExcerpts('nowhere', { sampleRateHz: 16000, samples: 8000 }, { count: 2, seed: 1 }),
  ).rejects.toThrow('corpus holds sounds at 20000 Hz, the model hears 16000 Hz; give sounds at that rate');
});
