import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomic } from '../../src/base/files.ts';
import { createRandom } from '../../src/base/random.ts';
import { naturalCondition } from '../../src/records/conditions.ts';
import { rms as rmsOf } from '../../stimuli/level.ts';
import { wavBytes } from '../../stimuli/writeWav.ts';
import { clipRateHz, readClipSound } from '../sound/clipSound.ts';
import { levelNoise } from '../sound/levelNoise.ts';
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
 * @param options - The study's folder, the seed of the names, and the wanted RMS (linear).
 * @returns The stimuli, and the level noise with the common RMS.
 * @throws InputError when a sound cannot be read.
 */
export async function writeClips(
  clips: readonly PlannedClip[],
  options: { folder: string; seed: number; rms: number },
): Promise<{ stimuli: Stimulus[]; level: Study['level'] }> {
  const levels = await measuredLevels(clips);
  const rms = commonRms(clips, levels, options.rms);
  const stimuli: Stimulus[] = [];
  for (const { sounds, levelsAmong, ...clip } of clips) {
    const parts = await Promise.all(
      sounds.map(async (sound) => {
        const samples = await readClipSound(sound);
        const scale = rms / loudestRms(levels, levelsAmong ?? [sound]);
        return samples.map((value) => value * scale);
      }),
    );
    const samples = joined(parts);
    const name = opaqueName(options.seed, nameParts(clip));
    const written = writeWav(options.folder, name, samples);
    stimuli.push({ id: name, ...written, ...clip });
  }
  return { stimuli, level: await writeLevelNoise(clips, { ...options, rms }) };
}

/** RMS and peak of each sound, linear. */
type Levels = ReadonlyMap<string, { rms: number; peak: number }>;

async function measuredLevels(clips: readonly PlannedClip[]): Promise<Levels> {
  const levels = new Map<string, { rms: number; peak: number }>();
  for (const sound of new Set(clips.flatMap(({ sounds, levelsAmong = [] }) => [...sounds, ...levelsAmong]))) {
    const samples = await readClipSound(sound);
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    levels.set(sound, { rms: rmsOf(samples), peak });
  }
  return levels;
}

function commonRms(clips: readonly PlannedClip[], levels: Levels, wanted: number): number {
  let rms = wanted;
  for (const { sounds, levelsAmong } of clips)
    for (const sound of sounds) {
      const loudest = loudestRms(levels, levelsAmong ?? [sound]);
      rms = Math.min(rms, (peakLimit / levels.get(sound)!.peak) * loudest);
    }
  return Math.floor(rms * 1e5) / 1e5;
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
  writeWav(options.folder, name, noise);
  return { file: `${name}.wav`, rms: options.rms };
}

function writeWav(folder: string, name: string, samples: Float32Array): { sha256: string; seconds: number } {
  const bytes = wavBytes([samples], { sampleRateHz: clipRateHz, format: 'int16' });
  writeFileAtomic(join(folder, 'clips', `${name}.wav`), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, seconds: samples.length / clipRateHz };
}

function nameParts(clip: Omit<PlannedClip, 'sounds'>): string[] {
  const { role, task, sourceId, condition, level, variant } = clip;
  return [role, task, sourceId, condition, ...(level === undefined ? [] : [`${level}`, `${variant}`])];
}

function opaqueName(seed: number, parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, ...parts]))
    .digest('hex')
    .slice(0, 24);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const gap = pauseSeconds * clipRateHz;
  const length = parts.reduce((sum, part) => sum + part.length, 0) + gap * (parts.length - 1);
  const whole = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length + gap;
  }
  return whole;
}
