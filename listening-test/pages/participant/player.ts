import type { PlayMeasurements } from '../../session/trials/judgePlay.ts';
import { sha256Hex } from '../shared/sha256.ts';

/** Measurements of one play, as the server wants them. */
export interface PlayReport extends PlayMeasurements {
  attempt: number;
  sampleRateHz: number;
  baseLatency: number | null;
  outputLatency: number | null;
  fetchMs: number | null;
  startedAt: number;
}

/** One play: its report, and when its first and last sample left the loudspeaker by the page's clock (`performance.now`), ms. */
export interface Played {
  report: PlayReport;
  startedAtMs: number;
  overAtMs: number;
}

/** The browser does not let sound through: the person has to press the button again. */
export class SoundBlocked extends Error {
  override name = 'SoundBlocked';
}

/** How a clip is played. */
export interface PlayOptions {
  /** Which play of its trial it is, from 1. */
  attempt: number;
  /** Tells the server that the play begins; nothing sounds before it is done. */
  begin?: () => Promise<unknown>;
  /** Called when the sound starts. */
  onStart?: () => void;
  /** The part of the clip to play; default: all of it. */
  part?: { atSeconds: number; seconds: number };
}

/** Plays clips, each from memory and watched from its start to its end. */
export interface Player {
  /** Fetches clips one after the other, the first named first; those not named are forgotten. */
  prefetch(paths: readonly string[]): void;
  /** Plays a clip once. Call it from a click or key press. */
  play(path: string, options: PlayOptions): Promise<Played>;
  /** Cuts the sound that plays now short. */
  stop(): void;
  /** Rate of the browser's sound output, Hz; null before the first play. */
  sampleRateHz(): number | null;
}

interface Fetched {
  bytes: ArrayBuffer;
  sha256: string;
  fetchMs: number;
}

const leadSeconds = 0.1;
const resumeMs = 2000;
const graceMs = 3000;
/** What a device says beyond this about its latency is not believed. */
const longestLatencySeconds = 1;

/**
 * Makes the page's player.
 *
 * @param fetchSound - Fetches a sound's bytes.
 * @returns The player; the audio context is made on the first play, inside the gesture browsers ask for.
 */
export function createPlayer(fetchSound: (path: string) => Promise<ArrayBuffer>): Player {
  const fetched = new Map<string, Promise<Fetched>>();
  let context: AudioContext | null = null;
  let source: AudioBufferSourceNode | null = null;
  let wanted: readonly string[] = [];
  /** Parts of one clip are played in quick succession. */
  let decoded: { bytes: ArrayBuffer; buffer: AudioBuffer } | null = null;
  const load = (path: string) => {
    const known = fetched.get(path);
    if (known) return known;
    const loading = measured(fetchSound, path);
    loading.catch(() => fetched.delete(path));
    fetched.set(path, loading);
    return loading;
  };
  // The next clip has the whole line to itself; later ones wait until it is there.
  const inTurn = async (paths: readonly string[]) => {
    for (const path of paths) {
      if (wanted !== paths) return;
      await load(path).catch(() => {});
    }
  };
  return {
    prefetch(paths) {
      wanted = paths;
      for (const known of fetched.keys()) if (!paths.includes(known)) fetched.delete(known);
      void inTurn(paths);
    },
    async play(path, { attempt, begin = async () => {}, onStart = () => {}, part }) {
      // Made or resumed before anything is awaited: Safari counts only what happens within the gesture itself.
      context = usable(context);
      const running = becomesRunning(context);
      const { bytes, sha256, fetchMs } = await load(path);
      if (decoded?.bytes !== bytes)
        decoded = { bytes, buffer: await context.decodeAudioData(bytes.slice(0)) };
      const { buffer } = decoded;
      await running;
      await begin();
      source = context.createBufferSource();
      source.buffer = buffer;
      onStart();
      const { report, ...times } = await watchedPlay(
        context,
        source,
        part ?? { atSeconds: 0, seconds: buffer.duration },
      );
      return { report: { ...report, attempt, sha256, fetchMs }, ...times };
    },
    stop: () => source?.stop(),
    sampleRateHz: () => context?.sampleRate ?? null,
  };
}

async function measured(fetchSound: (path: string) => Promise<ArrayBuffer>, path: string): Promise<Fetched> {
  const start = performance.now();
  const bytes = await fetchSound(path);
  return { bytes, sha256: sha256Hex(new Uint8Array(bytes)), fetchMs: performance.now() - start };
}

/** The context itself, or a new one where the old one is gone or frozen (Safari after a call or a lock screen). */
function usable(context: AudioContext | null): AudioContext {
  if (context && context.state !== 'closed' && (context.state as string) !== 'interrupted') return context;
  context?.close().catch(() => {});
  playDespiteSilentSwitch();
  return new AudioContext();
}

/** On iOS the silent switch mutes web pages unless they say that playing sound is what they are for. */
function playDespiteSilentSwitch(): void {
  const { audioSession } = navigator as { audioSession?: { type: string } };
  if (audioSession) audioSession.type = 'playback';
}

async function becomesRunning(context: AudioContext): Promise<void> {
  if (context.state === 'running') return;
  const timeout = new Promise((resolve) => setTimeout(resolve, resumeMs));
  await Promise.race([context.resume().catch(() => {}), timeout]);
  if ((context.state as string) !== 'running')
    throw new SoundBlocked('The browser did not let the sound through.');
  await settled();
}

/** A change of state is told in a task of its own, after the promise of {@link AudioContext.resume} is kept. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
}

type WatchedPlay = Omit<PlayReport, 'attempt' | 'sha256' | 'fetchMs'>;

async function watchedPlay(
  context: AudioContext,
  source: AudioBufferSourceNode,
  { atSeconds, seconds }: { atSeconds: number; seconds: number },
): Promise<Omit<Played, 'report'> & { report: WatchedPlay }> {
  source.connect(context.destination);
  const watch = watched(context);
  const scheduledAt = context.currentTime + leadSeconds;
  const scheduledWallMs = performance.now() + 1000 * leadSeconds;
  const startedAt = Date.now() + 1000 * leadSeconds;
  source.start(scheduledAt, atSeconds, seconds);
  const endedAt = await ended(context, source, 1000 * (seconds + leadSeconds) + graceMs);
  const noticedAtMs = performance.now();
  source.disconnect();
  const outputLatency = outputLatencySeconds(context);
  const report = {
    scheduledAt,
    endedAt,
    wallSeconds: Math.max(0, (noticedAtMs - scheduledWallMs) / 1000),
    bufferSeconds: seconds,
    contextState: context.state,
    ...watch.stop(),
    sampleRateHz: context.sampleRate,
    baseLatency: finite(context.baseLatency),
    // Known only once sound has come out.
    outputLatency,
    startedAt,
  };
  const lateSeconds = endedAt === null ? 0 : Math.max(0, endedAt - (scheduledAt + seconds));
  const behindSeconds = Math.min(outputLatency ?? 0, longestLatencySeconds);
  return {
    report,
    startedAtMs: scheduledWallMs + 1000 * behindSeconds,
    overAtMs: noticedAtMs + 1000 * (behindSeconds - lateSeconds),
  };
}

/**
 * How far the loudspeaker is behind the context, seconds; null where it is not told. Firefox is not asked: its page and
 * audio threads can lock each other out over the question (seen with PulseAudio), which freezes the page for good.
 */
function outputLatencySeconds(context: AudioContext): number | null {
  return navigator.userAgent.includes('Firefox/') ? null : finite(context.outputLatency);
}

/** Audio time at the end of the sound; null when the end never came. */
function ended(
  context: AudioContext,
  source: AudioBufferSourceNode,
  limitMs: number,
): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), limitMs);
    source.addEventListener('ended', () => {
      clearTimeout(timer);
      resolve(context.currentTime);
    });
  });
}

function watched(context: AudioContext): { stop(): { stateChanges: number; hidden: boolean } } {
  let stateChanges = 0;
  let hidden = document.visibilityState === 'hidden';
  const onState = () => {
    stateChanges++;
  };
  const onVisibility = () => {
    hidden ||= document.visibilityState === 'hidden';
  };
  context.addEventListener('statechange', onState);
  document.addEventListener('visibilitychange', onVisibility);
  return {
    stop() {
      context.removeEventListener('statechange', onState);
      document.removeEventListener('visibilitychange', onVisibility);
      return { stateChanges, hidden };
    },
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
