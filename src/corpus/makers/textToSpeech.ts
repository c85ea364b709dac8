import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSound } from '../../../stimuli/decodeSound.ts';
import { meanChannel } from '../../../stimuli/monoSound.ts';
import { resampleSound } from '../../../stimuli/resample.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { corpusRateHz, type SplitName } from '../format/corpusFormat.ts';
import { runProgram } from '../format/programs.ts';
import { type CorpusPart, cutWord, type Segment } from '../format/segment.ts';
import { dealSplits } from '../format/splits.ts';
import { carrierSentences } from '../format/wordLists.ts';

/** A synthetic voice. */
export interface Voice {
  engine: 'flite' | 'espeak-ng';
  name: string;
}

const fliteVoices: readonly Voice[] = ['rms', 'slt', 'awb', 'kal16'].map((name) => ({
  engine: 'flite',
  name,
}));

const espeakVariants = [
  ...[
    'm1',
    'm2',
    'm3',
    'm4',
    'm5',
    'm6',
    'm7',
    'm8',
    'f1',
    'f2',
    'f3',
    'f4',
    'f5',
    'klatt',
    'klatt2',
    'klatt3',
  ],
  ...[
    'Annie',
    'Andy',
    'Mario',
    'Michael',
    'adam',
    'anika',
    'belinda',
    'grandma',
    'john',
    'linda',
    'max',
    'paul',
  ],
  ...['rob', 'shelby', 'steph', 'victor'],
];
const espeakAccents = [
  'en-us',
  'en-gb',
  'en-us-nyc',
  'en-gb-x-rp',
  'en-gb-scotland',
  'en-gb-x-gbcwmd',
  'en-029',
];

/**
 * The voices of a corpus.
 *
 * @param espeakCount - How many of eSpeak's, accents and variants paired in turn; at most 32.
 * @returns flite's four and these.
 */
export function voices(espeakCount: number): Voice[] {
  const espeak = espeakVariants.slice(0, espeakCount).map(
    (variant, index): Voice => ({
      engine: 'espeak-ng',
      name: `${espeakAccents[index % espeakAccents.length]}+${variant}`,
    }),
  );
  return [...fliteVoices, ...espeak];
}

/** What a synthetic voice shall say. */
export interface TextToSpeechOptions {
  seed: number;
  words: readonly string[];
  /** Tokens of each word a flite voice says, and an eSpeak voice; they differ in rate, pitch and vocal-tract scale. */
  tokensPerWord: { flite: number; 'espeak-ng': number };
  /** Carrier sentences a voice says, as context and babble. */
  sentences: number;
}

/**
 * Parts of synthetic speech, one a voice.
 *
 * @param spoken - The voices.
 * @param options - What they say.
 * @returns The parts; whole voices are dealt to the splits.
 */
export function textToSpeechParts(spoken: readonly Voice[], options: TextToSpeechOptions): CorpusPart[] {
  const splits = dealSplits(
    spoken.map(({ name }) => name),
    options.seed,
  );
  return spoken.map((voice) => {
    const split = splits.get(voice.name)!;
    const name = `${voice.engine}-${voice.name}`.replaceAll(/[^a-z0-9-]/gi, '-');
    return { name, segments: () => voiceSegments(voice, name, split, options) };
  });
}

async function* voiceSegments(
  voice: Voice,
  name: string,
  split: SplitName,
  options: TextToSpeechOptions,
): AsyncIterable<Segment> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-speech-'));
  const path = join(folder, 'said.wav');
  const random = createRandom(options.seed, 'speech', name);
  const labels = (id: string) => ({
    id: `${name}-${id}`,
    kind: 'speech' as const,
    talker: `${voice.engine}/${voice.name}`,
    source: voice.engine,
    license:
      voice.engine === 'flite' ? 'output of flite (BSD-like)' : 'output of espeak-ng (GPL-3.0 program)',
    split,
  });
  try {
    for (const word of options.words)
      for (let token = 0; token < options.tokensPerWord[voice.engine]; token++) {
        const { samples, wordStart, wordEnd } = cutWord(
          await say(word, voice, path, random),
          corpusRateHz,
          0.05,
        );
        yield {
          samples,
          labels: [{ ...labels(`${word.replace(' ', '-')}-${token}`), word, wordStart, wordEnd }],
        };
      }
    const sentences = random.shuffled(carrierSentences).slice(0, options.sentences);
    for (const [index, sentence] of sentences.entries())
      yield { samples: await say(sentence, voice, path, random), labels: [labels(`sentence-${index}`)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One saying; playing it at another rate moves formants and pitch together, as a longer or shorter vocal tract does. */
async function say(text: string, voice: Voice, path: string, random: Random): Promise<Float32Array> {
  const scale = 0.85 + 0.05 * random.integer(7);
  const slowness = 0.85 + 0.45 * random.uniform();
  if (voice.engine === 'flite')
    await runProgram('flite', [
      ...['-voice', voice.name, '--setf', `duration_stretch=${(slowness * scale).toFixed(3)}`],
      ...['--setf', `int_f0_target_mean=${Math.round(85 + 120 * random.uniform())}`, '-t', text, '-o', path],
    ]);
  else
    await runProgram('espeak-ng', [
      ...['-v', voice.name, '-s', String(Math.round(160 / (slowness * scale)))],
      ...['-p', String(20 + random.integer(60)), '-w', path, text],
    ]);
  const { channels, sampleRateHz } = await decodeSound(path);
  const playedHz = Math.round((sampleRateHz * scale) / 50) * 50;
  return resampleSound(meanChannel(channels), playedHz, corpusRateHz);
}
