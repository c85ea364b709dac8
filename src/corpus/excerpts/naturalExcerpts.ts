import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import { corpusRateHz } from '../format/corpusFormat.ts';
import { loadCorpus } from '../format/loadCorpus.ts';
import { createExcerptSource } from './excerptSource.ts';

/**
 * One excerpt each of different words and pieces of the training split, half and half as far as they go, as they are
 * recorded: no background added, channel and speed as they are.
 *
 * @param folder - What `buildCorpus` wrote.
 * @param model - Rate and length of the sounds that it hears.
 * @param wanted - How many, and the seed of the choice.
 * @returns Words, then pieces, shape [samples] each, RMS 0.1.
 * @throws InputError when the corpus has another rate, or holds fewer.
 */
export async function naturalExcerpts(
  folder: string,
  { sampleRateHz, samples }: { sampleRateHz: number; samples: number },
  { count, seed }: { count: number; seed: number },
): Promise<Float32Array[]> {
  if (sampleRateHz !== corpusRateHz)
    throw new InputError(
      `holds sounds at ${corpusRateHz} Hz, the model hears ${sampleRateHz} Hz; give sounds at that rate instead`,
      { option: 'corpus' },
    );
  const source = createExcerptSource(await loadCorpus(folder), {
    durationSeconds: samples / sampleRateHz,
    augment: false,
    contextShare: 0,
  });
  const random = createRandom(seed);
  const shuffled = random.shuffled(source.labeledEntries);
  const pieces = shuffled.filter(({ genre }) => genre !== undefined).slice(0, Math.floor(count / 2));
  const words = shuffled.filter(({ word }) => word !== undefined).slice(0, count - pieces.length);
  const found = words.length + pieces.length;
  if (found < count)
    throw new InputError(
      `${folder} must hold ≥ ${count} words and pieces in its training split, it holds ${found}; ask for fewer excerpts`,
    );
  return [...words, ...pieces].map((entry) => {
    const waveform = new Float32Array(samples);
    source.renderInto(waveform, { entry, background: 'none', snrDb: Number.POSITIVE_INFINITY }, random);
    return waveform;
  });
}
