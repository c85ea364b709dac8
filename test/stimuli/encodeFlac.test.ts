import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { encodeFlac } from '../../stimuli/encodeFlac.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const rateHz = 20000;
const random = createRandom(1);
const sounds = {
  noise: Int16Array.from({ length: 150_000 }, () => 6000 * random.normal()),
  tone: Int16Array.from({ length: 65_536 }, (_, i) => Math.round(12000 * Math.sin(i / 9))),
  extremes: Int16Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? -32768 : 32767)),
  short: Int16Array.of(1, -1, 5),
};

test.each(Object.entries(sounds))(
  'the samples of a FLAC file of %s are those that were encoded',
  async (name, sound) => {
    const file = join(temporaryFolder(), `${name}.flac`);
    const bytes = await encodeFlac(sound, rateHz);
    writeFileSync(file, bytes);
    const untouched = { sampleRateHz: rateHz, durationSeconds: null, rms: null, demean: false } as const;
    const { samples } = await readSound(file, untouched);
    expect(Int16Array.from(samples, (value) => Math.round(value * 32768))).toEqual(sound);
    const md5 = createHash('md5').update(new Uint8Array(sound.buffer)).digest('hex');
    expect(bytes.subarray(26, 42).toString('hex')).toBe(md5);
    expect((await encodeFlac(sound, rateHz)).equals(bytes)).toBe(true);
  },
);
