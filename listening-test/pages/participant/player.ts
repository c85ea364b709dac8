import { sha256Hex } from '../shared/sha256.ts';

/** Measurements of one play, as the server wants them. */
export interface PlayReport {
  attempt: number;
  scheduledAt: number;
  endedAt: number | null;
  wallSeconds: number;
  bufferSeconds: number;
  sha256: string;
  contextState: string;
  stateChanges: number;
  hidden: boolean;
  sampleRateHz: number;
  baseLatency: number | null;
  outputLatency: number | null;
  fetchMs: number | null;
  startedAt: number;
}

/** One play: its report, and when it was over by the page's clock (`performance.now`), ms. */
export interface Played {
  report: PlayReport;
  overAtMs: number;
}

/** The browser does not let sound through: the person has to press the button again. */
export class SoundBlocked extends Error {
  override name = 'SoundBlocked';
}

/** Plays clips, each from memory and watched from its start to its end. */
export interface Player {
  /** Fetches clips ahead; those not named are forgotten. */
  prefetch(paths: readonly string[]): void;
  /**
   * Plays a clip once. Call it from a click or key press. `onStart` gets the report of a play that never ends, for the
   * case that the page goes away meanwhile.
   */
  play(path: string, attempt: number, onStart?: (cutShort: PlayReport) => void): Promise<Played>;
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

/**
 * Makes the page's player.
 *
 * @param fetchSound - Fetches a sound's bytes.
 * @returns The player; the audio context is made on the first play, inside the gesture browsers ask for.
 */
export function createPlayer(fetchSound: (path: string) => Promise<ArrayBuffer>): Player {
  const fetched = new Map<string, Promise<Fetched>>();
  let context: AudioContext | null = null;
  const load = (path: string) => {
    const known = fetched.get(path);
    if (known) return known;
    const loading = measured(fetchSound, path);
    loading.catch(() => fetched.delete(path));
    fetched.set(path, loading);
    return loading;
  };
  return {
    prefetch(paths) {
      for (const known of fetched.keys()) if (!paths.includes(known)) fetched.delete(known);
      for (const path of paths) load(path).catch(() => {});
    },
    async play(path, attempt, onStart = () => {}) {
      // Made or resumed before anything is awaited: Safari counts only what happens within the gesture itself.
      context = usable(context);
      const running = becomesRunning(context);
      const { bytes, sha256, fetchMs } = await load(path);
      const buffer = await context.decodeAudioData(bytes.slice(0));
      await running;
      const whole = (report: WatchedPlay) => ({ ...report, attempt, sha256, fetchMs });
      const { report, overAtMs } = await watchedPlay(context, buffer, (cutShort) => onStart(whole(cutShort)));
      return { report: whole(report), overAtMs };
    },
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
  return new AudioContext();
}

async function becomesRunning(context: AudioContext): Promise<void> {
  if (context.state === 'running') return;
  const timeout = new Promise((resolve) => setTimeout(resolve, resumeMs));
  await Promise.race([context.resume().catch(() => {}), timeout]);
  if ((context.state as string) !== 'running')
    throw new SoundBlocked('The browser did not let the sound through.');
}

type WatchedPlay = Omit<PlayReport, 'attempt' | 'sha256' | 'fetchMs'>;

async function watchedPlay(
  context: AudioContext,
  buffer: AudioBuffer,
  onStart: (cutShort: WatchedPlay) => void,
): Promise<{ report: WatchedPlay; overAtMs: number }> {
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  const watch = watched(context);
  const scheduledAt = context.currentTime + leadSeconds;
  const scheduledWallMs = performance.now() + 1000 * leadSeconds;
  const known = {
    scheduledAt,
    bufferSeconds: buffer.duration,
    sampleRateHz: context.sampleRate,
    baseLatency: finite(context.baseLatency),
    outputLatency: finite(context.outputLatency),
    startedAt: Date.now() + 1000 * leadSeconds,
  };
  source.start(scheduledAt);
  onStart({
    ...known,
    endedAt: null,
    wallSeconds: 0,
    stateChanges: 0,
    hidden: false,
    contextState: 'closed',
  });
  const endedAt = await ended(context, source, 1000 * (buffer.duration + leadSeconds) + graceMs);
  const overAtMs = performance.now();
  source.disconnect();
  const wallSeconds = Math.max(0, (overAtMs - scheduledWallMs) / 1000);
  return {
    report: { ...known, ...watch.stop(), endedAt, wallSeconds, contextState: context.state },
    overAtMs,
  };
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
