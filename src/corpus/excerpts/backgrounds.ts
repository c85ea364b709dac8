import { amplitudeOf, rms } from '../../../stimuli/level.ts';
import { InputError } from '../../base/inputError.ts';
import type { Random } from '../../base/random.ts';
import { type CorpusEntry, corpusRateHz } from '../format/corpusFormat.ts';
import { entrySamples, type LoadedCorpus, type NoiseColor } from '../format/loadCorpus.ts';

/** Backgrounds of training and evaluation, after Kell et al. (2018). */
export const backgroundKinds = [
  'speech-shaped noise',
  'music-shaped noise',
  'babble of 2',
  'babble of 8',
  'music',
  'scene',
] as const;
/**
 * One more, in which people were tested and models are only held against them: speech-shaped noise with the slow envelope
 * of one talker.
 */
export const modulatedNoise = 'modulated noise';
/** Name of a background. */
export type BackgroundKind = (typeof backgroundKinds)[number] | typeof modulatedNoise;

/** Envelopes of speech hold little above this, Hz; Festen & Plomp (1990), J. Acoust. Soc. Am. 88, 1725–1736. */
const envelopeCutoffHz = 20;

/**
 * RMS that a stretch of a recording must exceed to be drawn: shards hold each recording with its peak at 0.9, so what is
 * 50 dB below that is all but silent.
 */
export const quietestRms = 0.003;
/** Far more than are ever needed of recordings that are heard at all. */
const tries = 100;

/** Renders backgrounds of one split. */
export interface Backgrounds {
  /** Whether the split can make it. */
  has(kind: BackgroundKind): boolean;
  /**
   * Fills `target` with a random background; its level is any. Stretches that are all but silent are drawn anew, since no
   * signal-to-noise ratio is true of them.
   */
  renderInto(target: Float32Array, kind: BackgroundKind, random: Random): void;
  /** Adds white or speech-shaped noise at a level re 1. */
  addFloorInto(target: Float32Array, levelDb: number, random: Random): void;
}

/**
 * Sorts a split's entries for backgrounds.
 *
 * @param corpus - The corpus in memory.
 * @param entries - The split's entries.
 * @returns Their renderer.
 */
export function createBackgrounds(corpus: LoadedCorpus, entries: readonly CorpusEntry[]): Backgrounds {
  const talk = connectedSpeech(entries);
  const music = entries.filter((entry) => entry.kind === 'music');
  const scenes = entries.filter((entry) => entry.kind === 'background');
  const scratch: { talker: Float32Array } = { talker: new Float32Array(0) };

  const addNoise = (target: Float32Array, color: NoiseColor, gain: number, random: Random) => {
    const noise = corpus.noises[color];
    const from = random.integer(Math.max(1, noise.length - target.length));
    for (let i = 0, at = from; i < target.length; i++) {
      target[i]! += gain * noise[at]!;
      if (++at === noise.length) at = 0;
    }
  };
  const fillHeard = (target: Float32Array, recordings: readonly CorpusEntry[], random: Random) => {
    for (let attempt = 0; attempt < tries; attempt++) {
      target.fill(0);
      addLoopedInto(target, { corpus, entry: random.pick(recordings) }, random);
      if (rms(target) > quietestRms) return;
    }
    throw new InputError(
      `recordings for backgrounds (${recordings[0]!.source}) must be heard, ${tries} stretches were all but silent; leave the silent ones out`,
    );
  };
  const addBabble = (target: Float32Array, talkers: number, random: Random) => {
    if (scratch.talker.length !== target.length) scratch.talker = new Float32Array(target.length);
    for (let n = 0; n < talkers; n++) {
      const voice = scratch.talker;
      fillHeard(voice, talk, random);
      const scale = 1 / (rms(voice) || 1);
      for (let i = 0; i < target.length; i++) target[i]! += scale * voice[i]!;
    }
  };
  const addModulatedNoise = (target: Float32Array, random: Random) => {
    const voice = new Float32Array(target.length);
    fillHeard(voice, talk, random);
    addNoise(target, 'speech-shaped', 1, random);
    slowEnvelope(voice).forEach((envelope, i) => {
      target[i]! *= envelope;
    });
  };
  return {
    has: (kind) => {
      if (kind === 'music') return music.length > 0;
      if (kind === 'scene') return scenes.length > 0;
      return kind.startsWith('babble') || kind === modulatedNoise ? talk.length > 0 : true;
    },
    renderInto: (target, kind, random) => {
      target.fill(0);
      if (kind === 'speech-shaped noise') addNoise(target, 'speech-shaped', 1, random);
      else if (kind === 'music-shaped noise') addNoise(target, 'music-shaped', 1, random);
      else if (kind === modulatedNoise) addModulatedNoise(target, random);
      else if (kind === 'babble of 2') addBabble(target, 2, random);
      else if (kind === 'babble of 8') addBabble(target, 8, random);
      else fillHeard(target, kind === 'music' ? music : scenes, random);
    },
    addFloorInto: (target, levelDb, random) =>
      addNoise(target, random.uniform() < 0.5 ? 'white' : 'speech-shaped', amplitudeOf(levelDb), random),
  };
}

/** Root of the squared sound after a low-pass filter of first order, run forwards and backwards. */
function slowEnvelope(sound: Float32Array): Float32Array {
  const power = sound.map((sample) => sample * sample);
  const keep = Math.exp((-2 * Math.PI * envelopeCutoffHz) / corpusRateHz);
  const smooth = (values: Float32Array) => {
    let state = 0;
    return values.map((value) => {
      state = keep * state + (1 - keep) * value;
      return state;
    });
  };
  return smooth(smooth(power).reverse()).reverse().map(Math.sqrt);
}

/**
 * Entries of running speech: utterances, each once, without isolated words unless there is nothing else.
 *
 * @param entries - Of one split.
 * @returns Entries for babble and context.
 */
export function connectedSpeech(entries: readonly CorpusEntry[]): CorpusEntry[] {
  const speech = entries.filter((entry) => entry.kind === 'speech');
  const running = speech.filter((entry) => entry.word === undefined);
  return running.length > 0 ? running : speech;
}

/** Adds a recording from a random place on, from its beginning again when it ends before the target does. */
function addLoopedInto(
  target: Float32Array,
  { corpus, entry }: { corpus: LoadedCorpus; entry: CorpusEntry },
  random: Random,
): void {
  const length = entry.end - entry.start;
  const isLonger = length > target.length;
  const begin = random.integer(isLonger ? length - target.length : length);
  const sound = entrySamples(corpus, entry, isLonger ? { from: begin, to: begin + target.length } : {});
  let at = isLonger ? 0 : begin;
  for (let i = 0; i < target.length; i++) {
    target[i]! += sound[at]! / 32768;
    if (++at === sound.length) at = 0;
  }
}
