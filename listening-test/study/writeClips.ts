import { join } from 'node:path';
import { writeFileAtomic } from '../../src/base/files.ts';
import { createRandom } from '../../src/base/random.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { naturalCondition } from '../../src/records/conditions.ts';
import { encodeFlac } from '../../stimuli/encodeFlac.ts';
import { rms as rmsOf } from '../../stimuli/level.ts';
import { wavBytes } from '../../stimuli/writeWav.ts';
import { clipRateHz, readClipSound } from '../sound/clipSound.ts';
import { levelNoise } from '../sound/levelNoise.ts';
import { lowPass } from '../sound/lowPass.ts';
import type { GatheredPart } from '../tasks/taskType.ts';
import type { PlannedClip } from './plannedClip.ts';
import type { Stimulus, Study } from './studySchema.ts';

/** Largest amplitude of a clip, −1 dB re full scale. */
const peakLimit = 10 ** (-1 / 20);
const pauseSeconds = 0.5;
const rampSeconds = 0.05;
const noiseSounds = 50;

/** Hears how many sounds are measured, then how many clips are written. */
export type ClipProgress = (done: number, total: number, pieces: 'sounds measured' | 'clips written') => void;

/**
 * Writes every clip of a study under an opaque name, all at one RMS that leaves each of them below −1 dB re full scale,
 * and the noise by which the volume is set. Where sounds keep their levels to each other, the loudest has that RMS.
 *
 * @param clips - What to write.
 * @param options - The study's folder, the seed of the names, the wanted RMS (linear), how clips travel, and who hears
 *   how far it is.
 * @returns The stimuli, and the level noise with the common RMS.
 * @throws InputError when a sound cannot be read.
 */
export async function writeClips(
  clips: readonly PlannedClip[],
  options: {
    folder: string;
    seed: number;
    rms: number;
    clips: Study['clips'];
    onProgress?: ClipProgress | undefined;
  },
): Promise<{ stimuli: Stimulus[]; level: Study['level'] }> {
  const levels = await measuredLevels(clips, options.onProgress);
  const rms = commonRms(clips, levels, options.rms);
  const stimuli: Stimulus[] = [];
  for (const planned of clips) {
    const { sounds: _sounds, levelsAmong: _among, parts, ...clip } = planned;
    const scaled = await Promise.all(
      sourcesOf(planned).map(async (source) => {
        const samples = await readSource(source);
        const scale = rms / loudestRms(levels, planned, source);
        return samples.map((value) => value * scale);
      }),
    );
    const gapSeconds = parts ? 0 : pauseSeconds;
    const name = opaqueName(options.seed, nameParts(clip));
    const written = await writeClip(
      join(options.folder, 'clips', name),
      joined(scaled, gapSeconds),
      options.clips,
    );
    stimuli.push({ id: name, ...written, ...clip, ...(parts ? { parts: placed(parts, scaled) } : {}) });
    options.onProgress?.(stimuli.length, clips.length, 'clips written');
  }
  return { stimuli, level: await writeLevelNoise(clips, { ...options, rms }) };
}

/** RMS and peak of each sound, linear, by its key. */
type Levels = ReadonlyMap<string, { rms: number; peak: number }>;

/** A sound of a clip as it is heard there. */
interface Source {
  sound: string;
  lowPassHz?: number | undefined;
}

const sourcesOf = ({ sounds, parts }: PlannedClip): Source[] =>
  sounds.map((sound, place) => ({ sound, lowPassHz: parts?.[place]?.lowPassHz }));

const sourceKey = ({ sound, lowPassHz }: Source) =>
  lowPassHz === undefined ? sound : `${sound} below ${lowPassHz} Hz`;

async function readSource({ sound, lowPassHz }: Source): Promise<Float32Array> {
  const samples = await readClipSound(sound);
  return lowPassHz === undefined ? samples : lowPass(samples, lowPassHz);
}

async function measuredLevels(
  clips: readonly PlannedClip[],
  onProgress: ClipProgress | undefined,
): Promise<Levels> {
  const sources = clips.flatMap((clip): Source[] => [
    ...sourcesOf(clip),
    ...(clip.levelsAmong ?? []).map((sound) => ({ sound })),
  ]);
  const levels = new Map<string, { rms: number; peak: number }>();
  for (const [i, source] of sources.entries()) {
    onProgress?.(i + 1, sources.length, 'sounds measured');
    const key = sourceKey(source);
    if (levels.has(key)) continue;
    const samples = await readSource(source);
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    levels.set(key, { rms: rmsOf(samples), peak });
  }
  return levels;
}

function commonRms(clips: readonly PlannedClip[], levels: Levels, wanted: number): number {
  let rms = wanted;
  for (const clip of clips)
    for (const source of sourcesOf(clip)) {
      const { peak } = levels.get(sourceKey(source))!;
      rms = Math.min(rms, (peakLimit / peak) * loudestRms(levels, clip, source));
    }
  return Math.floor(rms * 1e5) / 1e5;
}

/** Where each part stands in a clip that has no pauses. */
function placed(
  parts: readonly GatheredPart[],
  sounds: readonly Float32Array[],
): NonNullable<Stimulus['parts']> {
  let at = 0;
  return parts.map(({ sound: _sound, lowPassHz, ...part }, i) => {
    const atSeconds = at / clipRateHz;
    at += sounds[i]!.length;
    const filtered = lowPassHz === undefined ? {} : { lowPassHz };
    return { ...part, ...filtered, atSeconds, seconds: sounds[i]!.length / clipRateHz };
  });
}

/** RMS of the loudest sound with which a source keeps its level; its own where it keeps none. */
const loudestRms = (levels: Levels, { levelsAmong }: PlannedClip, source: Source) =>
  Math.max(...(levelsAmong ?? [sourceKey(source)]).map((key) => levels.get(key)!.rms));

async function writeLevelNoise(
  clips: readonly PlannedClip[],
  options: { folder: string; seed: number; rms: number },
): Promise<Study['level']> {
  const natural = clips.filter(({ condition }) => condition === naturalCondition);
  // A study of comparisons alone may have none.
  const wanted = (natural.length > 0 ? natural : clips).slice(0, noiseSounds);
  const sounds = await Promise.all(wanted.map(({ sounds }) => readClipSound(sounds[0]!)));
  const noise = levelNoise(sounds, {
    rms: options.rms,
    rampSamples: rampSeconds * clipRateHz,
    random: createRandom(options.seed),
  });
  const name = opaqueName(options.seed, ['level']);
  await writeClip(join(options.folder, 'clips', name), noise, 'wav');
  return { file: `${name}.wav`, rms: options.rms };
}

async function writeClip(
  path: string,
  samples: Float32Array,
  format: Study['clips'],
): Promise<{ sha256: string; seconds: number }> {
  const wav = wavBytes([samples], { sampleRateHz: clipRateHz, format: 'int16' });
  // The very samples of the WAV file.
  const rounded = new Int16Array(wav.buffer.slice(wav.byteOffset + wav.byteLength - 2 * samples.length));
  const bytes = format === 'flac' ? await encodeFlac(rounded, clipRateHz) : wav;
  writeFileAtomic(`${path}.${format}`, bytes);
  return { sha256: sha256(bytes), seconds: samples.length / clipRateHz };
}

function nameParts(clip: Omit<PlannedClip, 'sounds' | 'parts'>): string[] {
  const { role, task, sourceId, condition, level, variant } = clip;
  return [role, task, sourceId, condition, ...(level === undefined ? [] : [`${level}`, `${variant}`])];
}

function opaqueName(seed: number, parts: readonly string[]): string {
  return sha256(JSON.stringify([seed, ...parts])).slice(0, 24);
}

function joined(parts: readonly Float32Array[], gapSeconds: number): Float32Array {
  const gap = gapSeconds * clipRateHz;
  const length = parts.reduce((sum, part) => sum + part.length, 0) + gap * (parts.length - 1);
  const whole = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length + gap;
  }
  return whole;
}
