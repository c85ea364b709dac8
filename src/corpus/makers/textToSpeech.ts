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
import type { SpeechEngine, Voice } from './voices.ts';

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
  const path = join(folder, 'said.wav');
  const random = createRandom(options.seed, 'speech', name);
  const labels = (id: string) => ({
    id: `${name}-${id}`,
    kind: 'speech' as const,
    talker: `${voice.engine}/${voice.name}`,
    source: voice.engine,
    license: licenseOfOutput[voice.engine],
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
  const [program, ...arguments_] = commandOf[voice.engine](text, {
    ...{ voice: voice.name, path, slowness: slowness * scale },
    share: random.uniform,
  });
  await runProgram(program, arguments_);
  const { channels, sampleRateHz } = await decodeSound(path);
  const playedHz = Math.round((sampleRateHz * scale) / 50) * 50;
  return resampleSound(meanChannel(channels), playedHz, corpusRateHz);
}

/** How a text is said. */
interface Saying {
  voice: string;
  /** Where the sound goes. */
  path: string;
  /** Over the engine's usual pace. */
  slowness: number;
  /** A random number in [0, 1) for the pitch. */
  share: () => number;
}

/** Program and arguments by which each engine says a text. */
const commandOf: Readonly<Record<SpeechEngine, (text: string, saying: Saying) => [string, ...string[]]>> = {
  flite: (text, { voice, path, slowness, share }) => [
    ...(['flite', '-voice', voice, '--setf', `duration_stretch=${slowness.toFixed(3)}`] as const),
    ...['--setf', `int_f0_target_mean=${Math.round(85 + 120 * share())}`, '-t', text, '-o', path],
  ],
  'espeak-ng': (text, { voice, path, slowness, share }) => [
    ...(['espeak-ng', '-v', voice, '-s', String(Math.round(160 / slowness))] as const),
    ...['-p', String(20 + Math.floor(60 * share())), '-w', path, text],
  ],
  // Its voices have no common setting of pitch; the vocal tract's scale moves it.
  festival: (text, { voice, path, slowness }) => [
    ...([
      'festival',
      '-b',
      `(voice_${voice})`,
      `(Parameter.set 'Duration_Stretch ${slowness.toFixed(3)})`,
    ] as const),
    `(utt.save.wave (utt.synth (Utterance Text ${JSON.stringify(text)})) ${JSON.stringify(path)} 'riff)`,
  ],
};
