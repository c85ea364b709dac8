import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSound } from '../../../stimuli/decodeSound.ts';
import { meanChannel } from '../../../stimuli/monoSound.ts';
import { resampleSound } from '../../../stimuli/resample.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { corpusRateHz, type SplitName } from '../format/corpusFormat.ts';
import { type CorpusPart, cutWord, type Segment } from '../format/segment.ts';
import { dealSplits } from '../format/splits.ts';
import { runProgramForEach } from './programs.ts';
import type { SpeechEngine, Voice } from './voices.ts';
import { carrierSentences } from './wordLists.ts';

/** What a synthetic voice shall say. */
export interface TextToSpeechOptions {
  seed: number;
  words: readonly string[];
  /** Tokens of each word that a voice of an engine says; they differ in rate, pitch and vocal-tract scale. */
  tokensPerWord: Readonly<Record<SpeechEngine, number>>;
  /** Carrier sentences a voice says, as context and babble. */
  sentences: number;
}

/**
 * Parts of synthetic speech, one a voice.
 *
 * @param spoken - The voices.
 * @param options - What they say.
 * @returns The parts; whole voices are dealt to the splits, those that are held out belong to the test.
 */
export function textToSpeechParts(spoken: readonly Voice[], options: TextToSpeechOptions): CorpusPart[] {
  const splits = dealSplits(
    spoken.filter(({ isHeldOut }) => !isHeldOut).map(({ name }) => name),
    options.seed,
  );
  return spoken.map((voice) => {
    const split = splits.get(voice.name) ?? 'test';
    const name = `${voice.engine}-${voice.name}`.replaceAll(/[^a-z0-9-]/gi, '-');
    return { name, segments: () => voiceSegments(voice, name, split, options) };
  });
}

const licenseOfOutput: Readonly<Record<SpeechEngine, string>> = {
  flite: 'output of flite (BSD-like)',
  'espeak-ng': 'output of espeak-ng (GPL-3.0 program)',
  festival: 'output of festival (BSD-like)',
};

async function* voiceSegments(
  voice: Voice,
  name: string,
  split: SplitName,
  options: TextToSpeechOptions,
): AsyncIterable<Segment> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-speech-'));
  const labels = (id: string) => ({
    id: `${name}-${id}`,
    kind: 'speech' as const,
    talker: `${voice.engine}/${voice.name}`,
    source: voice.engine,
    license: licenseOfOutput[voice.engine],
    split,
  });
  try {
    const sayings = sayingsOf(voice, createRandom(options.seed, 'speech', name), options).map(
      (saying, i) => ({
        ...saying,
        path: join(folder, `${i}.wav`),
      }),
    );
    await say(voice, sayings);
    for (const saying of sayings) {
      const samples = await heard(saying);
      if (saying.word === undefined) {
        yield { samples, labels: [labels(saying.id)] };
        continue;
      }
      const { wordStart, wordEnd, ...cut } = cutWord(samples, corpusRateHz, 0.05);
      yield {
        samples: cut.samples,
        labels: [{ ...labels(saying.id), word: saying.word, wordStart, wordEnd }],
      };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a text is said. */
interface Saying {
  id: string;
  text: string;
  /** The word, where it is one alone. */
  word?: string;
  /** Of the vocal tract: played at another rate, formants and pitch move together. */
  scale: number;
  /** Over the engine's usual pace. */
  slowness: number;
  /** From 0 to 1, for the pitch. */
  pitchShare: number;
}

/** All that a voice says: each word as often as is asked for, then sentences. */
function sayingsOf({ engine }: Voice, random: Random, options: TextToSpeechOptions): Saying[] {
  const drawn = (text: string): Pick<Saying, 'text' | 'scale' | 'slowness' | 'pitchShare'> => {
    const scale = 0.85 + 0.05 * random.integer(7);
    const slowness = (0.85 + 0.45 * random.uniform()) * scale;
    return { text, scale, slowness, pitchShare: hasPitch(engine) ? random.uniform() : 0 };
  };
  const tokens = Array.from({ length: options.tokensPerWord[engine] }, (_, token) => token);
  const words = options.words.flatMap((word) =>
    tokens.map((token) => ({ id: `${word.replace(' ', '-')}-${token}`, word, ...drawn(word) })),
  );
  const sentences = random.shuffled(carrierSentences).slice(0, options.sentences);
  return [...words, ...sentences.map((sentence, index) => ({ id: `sentence-${index}`, ...drawn(sentence) }))];
}

type SayingInFile = Saying & { path: string };

/** Says all of it; one call, since starting a program anew for each word costs more than its speaking. */
async function say(voice: Voice, sayings: readonly SayingInFile[]): Promise<void> {
  await runProgramForEach(
    voice.engine,
    sayings.map((saying) => argumentsOf[voice.engine](voice.name, saying)),
  );
}

async function heard({ path, scale }: SayingInFile): Promise<Float32Array> {
  const { channels, sampleRateHz } = await decodeSound(path);
  const playedHz = Math.round((sampleRateHz * scale) / 50) * 50;
  return resampleSound(meanChannel(channels), playedHz, corpusRateHz);
}

/** Festival's voices have no common setting of pitch; the vocal tract's scale moves it. */
const hasPitch = (engine: SpeechEngine) => engine !== 'festival';

/** Arguments by which each engine says a text, as many for each. */
const argumentsOf: Readonly<Record<SpeechEngine, (voice: string, saying: SayingInFile) => string[]>> = {
  flite: (voice, { text, path, slowness, pitchShare }) => [
    ...['-voice', voice, '--setf', `duration_stretch=${slowness.toFixed(3)}`],
    ...['--setf', `int_f0_target_mean=${Math.round(85 + 120 * pitchShare)}`, '-t', text, '-o', path],
  ],
  'espeak-ng': (voice, { text, path, slowness, pitchShare }) => [
    ...['-v', voice, '-s', String(Math.round(160 / slowness))],
    ...['-p', String(20 + Math.floor(60 * pitchShare)), '-w', path, text],
  ],
  festival: (voice, { text, path, slowness }) => [
    ...['-b', `(voice_${voice})`, `(Parameter.set 'Duration_Stretch ${slowness.toFixed(3)})`],
    `(utt.save.wave (utt.synth (Utterance Text ${JSON.stringify(text)})) ${JSON.stringify(path)} 'riff)`,
  ],
};
