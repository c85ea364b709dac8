import { corpusRateHz, splitNames, writeCorpus } from '../../src/corpus/format/corpusFormat.ts';
import type { CorpusPart, Segment } from '../../src/corpus/format/segment.ts';
import { makePart } from '../../src/corpus/format/shards.ts';

/** A tone, amplitude 0.5, at the corpus's rate. */
export function tone(frequencyHz: number, seconds: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * corpusRateHz) },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * frequencyHz * i) / corpusRateHz),
  );
}

/**
 * Parts of a corpus of tones: words `low` (300 Hz) and `high` (2000 Hz) of 0.5 s inside 0.7 s, running speech of 700 Hz,
 * genres `even` (500 Hz) and `odd` (3000 Hz), a scene of 5000 Hz; each in all three splits.
 */
export function toneParts(): CorpusPart[] {
  const common = { source: 'tones', license: 'CC0-1.0' };
  const word = (
    name: string,
    frequencyHz: number,
    talker: string,
  ): Omit<Segment, 'labels'> & { word: object } => {
    const samples = new Float32Array(0.7 * corpusRateHz);
    samples.set(tone(frequencyHz, 0.5), 0.1 * corpusRateHz);
    return {
      samples,
      word: { word: name, wordStart: 0.1 * corpusRateHz, wordEnd: 0.6 * corpusRateHz, talker },
    };
  };
  const speech: Segment[] = splitNames.flatMap((split) =>
    [300, 2000].flatMap((frequencyHz, index) =>
      ['a', 'b'].map((talker) => {
        const name = index === 0 ? 'low' : 'high';
        const { samples, word: labels } = word(name, frequencyHz, `${split}-${talker}`);
        return {
          samples,
          labels: [
            { id: `${split}-${name}-${talker}`, kind: 'speech' as const, ...labels, ...common, split },
          ],
        };
      }),
    ),
  );
  const others: Segment[] = splitNames.flatMap((split) => [
    {
      samples: tone(700, 3),
      labels: [{ id: `${split}-talk`, kind: 'speech' as const, talker: `${split}-c`, ...common, split }],
    },
    {
      samples: tone(500, 3),
      labels: [
        {
          id: `${split}-even`,
          kind: 'music' as const,
          genre: 'even',
          groove: `${split}-1`,
          piece: '1',
          ...common,
          split,
        },
      ],
    },
    {
      samples: tone(3000, 3),
      labels: [
        {
          id: `${split}-odd`,
          kind: 'music' as const,
          genre: 'odd',
          groove: `${split}-2`,
          piece: '2',
          ...common,
          split,
        },
      ],
    },
    {
      samples: tone(5000, 1),
      labels: [{ id: `${split}-scene`, kind: 'background' as const, scene: 'hiss', ...common, split }],
    },
  ]);
  const partOf = (name: string, segments: Segment[]): CorpusPart => ({
    name,
    async *segments() {
      yield* segments;
    },
  });
  return [partOf('words', speech), partOf('others', others)];
}

/** Writes the corpus of tones. */
export async function writeToneCorpus(folder: string): Promise<void> {
  const parts = [];
  for (const part of toneParts()) parts.push((await makePart(folder, part))!);
  writeCorpus({
    folder,
    description: { size: 'tones', seed: 1, shards: parts.map(({ shard }) => shard) },
    entries: parts.flatMap(({ entries }) => entries),
  });
}

/**
 * Power of a tone in a sound, by correlation with sine and cosine.
 *
 * @param samples - At the corpus's rate.
 * @param frequencyHz - The tone.
 * @returns Its mean square.
 */
export function tonePower(samples: Float32Array, frequencyHz: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    const angle = (2 * Math.PI * frequencyHz * i) / corpusRateHz;
    real += samples[i]! * Math.cos(angle);
    imaginary += samples[i]! * Math.sin(angle);
  }
  return (2 * (real ** 2 + imaginary ** 2)) / samples.length ** 2;
}
