import { expect, test } from 'vitest';
import { measureChannelConfound } from '../../../src/corpus/excerpts/channelConfound.ts';
import type { LoadedCorpus } from '../../../src/corpus/format/loadCorpus.ts';

test.each(['flite', 'espeak-ng', 'festival'])(
  'measureChannelConfound takes words of %s for synthetic: a corpus of these alone has no real ones',
  (source) => {
    const corpus = { entries: [{ source, word: 'yes', split: 'test' }] } as LoadedCorpus;
    expect(() => measureChannelConfound(corpus, { seed: 1 })).toThrow('this corpus has none with words');
  },
);
