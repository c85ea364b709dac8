import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomic } from '../../src/base/files.ts';
import { createRandom } from '../../src/base/random.ts';
import { encodeFlac } from '../../src/corpus/format/encodeFlac.ts';
import { naturalCondition } from '../../src/records/conditions.ts';
import { rms as rmsOf } from '../../stimuli/level.ts';
import { wavBytes } from '../../stimuli/writeWav.ts';
import { clipRateHz, readClipSound } from '../sound/clipSound.ts';
import { levelNoise } from '../sound/levelNoise.ts';
import { lowPass } from '../sound/lowPass.ts';
import type { GatheredPart } from '../tasks/taskType.ts';
import type { Stimulus, Study } from './definition.ts';
import type { PlannedClip } from './plannedClip.ts';

/** Largest amplitude of a clip, −1 dB re full scale. */
const peakLimit = 10 ** (-1 / 20);
const pauseSeconds = 0.5;
const rampSeconds = 0.05;
const noiseSounds = 50;

/**
 * Writes every clip of a study under an opaque name, all at one RMS that leaves each of them below −1 dB re full scale,
 * and the noise by which the volume is set. Where sounds keep their levels to each other, the loudest has that RMS.
 *
 * @param clips - What to write.
 * @param options - The study's folder, the seed of the names, the wanted RMS (linear), and how clips travel.
 * @returns The stimuli, and the level noise with the common RMS.
 * @throws InputError when a sound cannot be read.
 */
export async function writeClips(
  clips: readonly PlannedClip[],
  options: { folder: string; seed: number; rms: number; clips: Study['clips'] },
): Promise<{ stimuli: Stimulus[]; level: Study['level'] }> {
  const levels = await measuredLevels(clips);
  const rms = commonRms(clips, levels, options.rms);
  const stimuli: Stimulus[] = [];
  for (const { sounds, levelsAmong, parts, ...clip } of clips) {
    const scaled = await Promise.all(
      sounds.map(async (sound, place) => {
        const samples = await readSource(sound, parts?.[place]?.lowPassHz);
        const among = levelsAmong ?? [sourceKey(sound, parts?.[place]?.lowPassHz)];
        const scale = rms / loudestRms(levels, among);
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
  }
  return { stimuli, level: await writeLevelNoise(clips, { ...options, rms }) };
}

/** RMS and peak of each sound, linear, by its key. */
type Levels = ReadonlyMap<string, { rms: number; peak: number }>;

const sourceKey = (sound: string, lowPassHz?: number) =>
  lowPassHz === undefined ? sound : `${sound} below ${lowPassHz} Hz`;

async function readSource(sound: string, lowPassHz?: number): Promise<Float32Array> {
  const samples = await readClipSound(sound);
  return lowPassHz === undefined ? samples : lowPass(samples, lowPassHz);
}

async function measuredLevels(clips: readonly PlannedClip[]): Promise<Levels> {
  const sources = clips.flatMap(({ sounds, levelsAmong = [], parts }) => [
    ...sounds.map((sound, place) => ({ sound, lowPassHz: parts?.[place]?.lowPassHz })),
    ...levelsAmong.map((sound) => ({ sound, lowPassHz: undefined })),
  ]);
  const levels = new Map<string, { rms: number; peak: number }>();
  for (const { sound, lowPassHz } of sources) {
    const key = sourceKey(sound, lowPassHz);
    if (levels.has(key)) continue;
    const samples = await readSource(sound, lowPassHz);
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    levels.set(key, { rms: rmsOf(samples), peak });
  }
  return levels;
}

function commonRms(clips: readonly PlannedClip[], levels: Levels, wanted: number): number {
  let rms = wanted;
  for (const { sounds, levelsAmong, parts } of clips)
    for (const [place, sound] of sounds.entries()) {
      const key = sourceKey(sound, parts?.[place]?.lowPassHz);
      rms = Math.min(rms, (peakLimit / levels.get(key)!.peak) * loudestRms(levels, levelsAmong ?? [key]));
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

const loudestRms = (levels: Levels, sounds: readonly string[]) =>
  Math.max(...sounds.map((sound) => levels.get(sound)!.rms));

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
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, seconds: samples.length / clipRateHz };
}

function nameParts(clip: Omit<PlannedClip, 'sounds' | 'parts'>): string[] {
  const { role, task, sourceId, condition, level, variant } = clip;
  return [role, task, sourceId, condition, ...(level === undefined ? [] : [`${level}`, `${variant}`])];
}

function opaqueName(seed: number, parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, ...parts]))
    .digest('hex')
    .slice(0, 24);
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
