import { amplitudeOf, rms } from '../../../stimuli/level.ts';
import { groupedBy } from '../../base/groups.ts';
import { InputError } from '../../base/inputError.ts';
import type { Random } from '../../base/random.ts';
import { type CorpusEntry, corpusRateHz } from '../format/corpusFormat.ts';
import { entrySamples, type LoadedCorpus } from '../format/loadCorpus.ts';
import { speechEngines } from '../makers/voices.ts';
import { connectedSpeech, quietestRms } from './backgrounds.ts';

/** Chooses and renders words and pieces of one split. */
export interface Foregrounds {
  /** Whether the split has words, and pieces of music with a genre. */
  hasWords: boolean;
  hasPieces: boolean;
  /** A token: word evenly, then real or synthetic, then talker evenly. */
  chooseWord(random: Random): CorpusEntry;
  /** A piece: genre evenly, then groove or composer evenly. */
  choosePiece(random: Random): CorpusEntry;
  /** Adds the foreground into a target of zeros: the word overlaps the middle; of a piece any stretch. */
  renderInto(target: Float32Array, entry: CorpusEntry, random: Random): void;
}

/** How foregrounds vary. */
export interface ForegroundOptions {
  augment: boolean;
  contextShare: number;
  realShare: number;
}

/** Sources that are text-to-speech programs. */
export const syntheticSources: readonly string[] = speechEngines;
const fadeSamples = corpusRateHz / 200;

/**
 * Sorts a split's entries for words and pieces.
 *
 * @param corpus - The corpus in memory.
 * @param entries - The split's entries.
 * @param options - Variation.
 * @returns Their renderer.
 */
export function createForegrounds(
  corpus: LoadedCorpus,
  entries: readonly CorpusEntry[],
  options: ForegroundOptions,
): Foregrounds {
  const tokens = tokensByWord(entries);
  const pieces = piecesByGenre(entries);
  const contexts = connectedSpeech(entries);
  return {
    hasWords: tokens.length > 0,
    hasPieces: pieces.length > 0,
    chooseWord: (random) => {
      if (tokens.length === 0)
        throw new InputError(
          'the corpus must have words in each split that is drawn from; build a larger corpus',
        );
      const { real, synthetic } = random.pick(tokens);
      const isReal = synthetic.length === 0 || (real.length > 0 && random.uniform() < options.realShare);
      return random.pick(random.pick(isReal ? real : synthetic));
    },
    choosePiece: (random) => {
      if (pieces.length === 0)
        throw new InputError(
          'the corpus must have music in each split that is drawn from; build a larger corpus',
        );
      return random.pick(random.pick(random.pick(pieces)));
    },
    renderInto: (target, entry, random) => {
      const speed = options.augment ? 0.88 + 0.26 * random.uniform() : 1;
      if (entry.word === undefined) return renderPiece(target, { corpus, entry, speed }, random);
      const hasContext = contexts.length > 0 && random.uniform() < options.contextShare;
      // A word alone may lie beside the middle, as it does in a recording of one second around it.
      const slackSeconds = options.augment && !hasContext && isAlone(entry) ? 0.12 : 0;
      const span = renderWord(target, corpus, { entry, speed, slackSeconds, random });
      if (hasContext) addContext(target, span, () => entrySamples(corpus, random.pick(contexts)), random);
    },
  };
}

/** Tokens of each word, real and synthetic, by talker. */
function tokensByWord(
  entries: readonly CorpusEntry[],
): { real: CorpusEntry[][]; synthetic: CorpusEntry[][] }[] {
  return grouped(
    entries.filter((entry) => entry.word !== undefined),
    (entry) => entry.word!,
  ).map((tokens) => ({
    real: grouped(
      tokens.filter((token) => !isSynthetic(token)),
      talkerOf,
    ),
    synthetic: grouped(tokens.filter(isSynthetic), talkerOf),
  }));
}

/** Pieces of each genre, by groove or composer. */
function piecesByGenre(entries: readonly CorpusEntry[]): CorpusEntry[][][] {
  const pieces = entries.filter((entry) => entry.genre !== undefined);
  return grouped(pieces, (entry) => entry.genre!).map((ofGenre) =>
    grouped(ofGenre, (entry) => entry.groove ?? entry.composer ?? entry.piece ?? entry.id),
  );
}

const tries = 5;

/** Any stretch of the piece that is not silent, as beginnings and ends may be. */
function renderPiece(
  target: Float32Array,
  { corpus, entry, speed }: { corpus: LoadedCorpus; entry: CorpusEntry; speed: number },
  random: Random,
): void {
  const length = entry.end - entry.start;
  const spare = Math.max(0, length - target.length * speed);
  for (let attempt = 0; attempt < tries; attempt++) {
    target.fill(0);
    const from = spare * random.uniform();
    const first = Math.max(0, Math.floor(from) - 1);
    const last = Math.min(length, Math.ceil(from + target.length * speed) + interpolatedOver);
    const sound = entrySamples(corpus, entry, { from: first, to: last });
    addPlayed(target, { sound, first, length, from, speed, at: 0, end: target.length, gain: 1 });
    if (rms(target) > quietestRms) return;
  }
}

/** The stretch of the target that the recording fills, and the level of its word. */
interface Span {
  start: number;
  end: number;
  level: number;
}

function renderWord(
  target: Float32Array,
  corpus: LoadedCorpus,
  {
    entry,
    speed,
    slackSeconds,
    random,
  }: { entry: CorpusEntry; speed: number; slackSeconds: number; random: Random },
): Span {
  const sound = entrySamples(corpus, entry);
  const wordStart = entry.wordStart ?? 0;
  const wordEnd = entry.wordEnd ?? sound.length;
  // The middle falls on the word's inner 80 %, or up to the slack beyond that.
  const slack = slackSeconds * corpusRateHz;
  const inner = 0.8 * (wordEnd - wordStart);
  const point = wordStart + 0.125 * inner - slack + (inner + 2 * slack) * random.uniform();
  const start = Math.round(target.length / 2 - point / speed);
  const end = start + Math.floor((sound.length - 2) / speed);
  const at = Math.max(0, start);
  addPlayed(target, {
    sound,
    from: (at - start) * speed,
    speed,
    at,
    end: Math.min(target.length, end),
    gain: 1,
  });
  return { start, end, level: levelOf(sound, wordStart, wordEnd - wordStart) };
}

/** Other speech before and after, at the word's level within 4 dB, a breath of up to 0.12 s apart. */
function addContext(target: Float32Array, span: Span, draw: () => Int16Array, random: Random): void {
  const gap = () => Math.round((0.01 + 0.11 * random.uniform()) * corpusRateHz);
  const stretches = [
    { at: 0, end: span.start - gap() },
    { at: span.end + gap(), end: target.length },
  ];
  for (const { at, end } of stretches) {
    if (end - at < corpusRateHz / 10) continue;
    const sound = draw();
    const length = Math.min(end - at, sound.length - 2);
    // What comes before ends at the gap, what follows begins after it.
    const first = at === 0 ? end - length : at;
    const from = (sound.length - 2 - length) * random.uniform();
    const level = levelOf(sound, Math.floor(from), length);
    const gain = level > 0 ? (span.level / level) * amplitudeOf(8 * random.uniform() - 4) : 0;
    addPlayed(target, { sound, from, speed: 1, at: first, end: first + length, gain });
  }
}

/** What is played of a recording, and where. */
interface Played {
  /** All its samples, or those that are needed. */
  sound: Int16Array;
  /** Place of the first of them in the recording, and the recording's length, samples; default: these are all. */
  first?: number;
  length?: number;
  /** Place in the recording at which it begins. */
  from: number;
  speed: number;
  at: number;
  end: number;
  gain: number;
}

/** A value between samples needs this many after it. */
const interpolatedOver = 3;

/** Adds a recording played at a speed (cubic interpolation), faded over 5 ms where it begins or ends within the target. */
function addPlayed(target: Float32Array, played: Played): void {
  const { sound, first = 0, length = sound.length, from, speed, at, gain } = played;
  const end = Math.min(played.end, at + Math.floor((length - interpolatedOver - from) / speed));
  // No fade where the excerpt itself begins or ends.
  const fadeIn = at === 0 ? fadeSamples : 0;
  const fadeOut = end === target.length ? fadeSamples : 0;
  for (let i = at; i < end; i++) {
    const position = from + (i - at) * speed;
    const whole = Math.floor(position);
    const t = position - whole;
    const k = whole - first;
    const [a, b, c, d] = [k > 0 ? sound[k - 1]! : 0, sound[k]!, sound[k + 1]!, sound[k + 2]!];
    const value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    const fade = Math.min(1, (i - at + 1 + fadeIn) / fadeSamples, (end - i + fadeOut) / fadeSamples);
    target[i]! += (gain / 32768) * fade * value;
  }
}

/** Whether the recording holds nothing but the word and a margin. */
function isAlone({ start, end, wordStart = 0, wordEnd = end - start }: CorpusEntry): boolean {
  const margin = 0.15 * corpusRateHz;
  return wordStart <= margin && end - start - wordEnd <= margin;
}

function levelOf(sound: Int16Array, from: number, length: number): number {
  let energy = 0;
  for (let i = from; i < from + length; i++) energy += (sound[i]! / 32768) ** 2;
  return Math.sqrt(energy / Math.max(1, length));
}

function isSynthetic(entry: CorpusEntry): boolean {
  return syntheticSources.includes(entry.source);
}

function talkerOf(entry: CorpusEntry): string {
  return entry.talker ?? entry.id;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  return [...groupedBy(items, key).values()];
}
