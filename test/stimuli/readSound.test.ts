import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import wavefile from 'wavefile';
import { writeNpy } from '../../src/formats/npy.ts';
import { decodeSound } from '../../stimuli/decodeSound.ts';
import { rms } from '../../stimuli/level.ts';
import { type ReadSoundOptions, readSound } from '../../stimuli/readSound.ts';
import { resampleExcerpt } from '../../stimuli/resample.ts';
import { expectAllClose } from '../expectAllClose.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const sounds = join(import.meta.dirname, 'sounds');

function tone(sampleRateHz: number, seconds: number, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * sampleRateHz) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * 500 * i) / sampleRateHz),
  );
}

/** Writes a WAV file with wavefile, which is not what reads it. */
function wav(path: string, channels: Float32Array[], sampleRateHz: number, bitDepth: string): string {
  const wave = new wavefile.WaveFile();
  const scale = bitDepth.includes('f') || bitDepth === '64' ? 1 : 2 ** (Number(bitDepth) - 1) - 1;
  const scaled = channels.map((channel) =>
    Float64Array.from(channel, (x) =>
      bitDepth === '8' ? Math.round(128 + 127 * x) : scale === 1 ? x : Math.round(x * scale),
    ),
  );
  wave.fromScratch(channels.length, sampleRateHz, bitDepth, scaled.length === 1 ? scaled[0]! : scaled);
  writeFileSync(path, wave.toBuffer());
  return path;
}

async function messageOf(path: string, options?: ReadSoundOptions): Promise<string> {
  return readSound(path, options).then(
    () => 'no error',
    (error: unknown) => String(error).replaceAll(path, 'SOUND'),
  );
}

test.each([
  ['8', 0.01],
  ['16', 5e-5],
  ['24', 1e-6],
  ['32', 1e-6],
  ['32f', 1e-6],
  ['64', 1e-6],
] as const)('readSound reads WAV of depth %s sample by sample', async (bitDepth, atol) => {
  const path = wav(join(temporaryFolder(), 'x.wav'), [tone(20000, 0.2)], 20000, bitDepth);
  const { samples } = await readSound(path, { durationSeconds: null, rms: null });
  expectAllClose(samples, tone(20000, 0.2), { atol });
});

test.each(['8a', '8m'])('readSound reads companded WAV (%s)', async (bitDepth) => {
  const wave = new wavefile.WaveFile();
  wave.fromScratch(
    1,
    20000,
    '16',
    Int16Array.from(tone(20000, 0.2), (x) => Math.round(x * 32767)),
  );
  if (bitDepth === '8a') wave.toALaw();
  else wave.toMuLaw();
  const path = join(temporaryFolder(), 'x.wav');
  writeFileSync(path, wave.toBuffer());
  const { samples } = await readSound(path, { durationSeconds: null, rms: null });
  expectAllClose(samples, tone(20000, 0.2), { atol: 0.02 });
});

test.each(['RF64', 'RIFX'] as const)('readSound reads WAV in the container %s', async (container) => {
  const wave = new wavefile.WaveFile();
  const quantized = Int16Array.from(tone(20000, 0.2), (x) => Math.round(x * 32767));
  wave.fromScratch(1, 20000, '16', quantized, { container });
  const path = join(temporaryFolder(), 'x.wav');
  writeFileSync(path, wave.toBuffer());
  const { samples } = await readSound(path, { durationSeconds: null, rms: null });
  expectAllClose(samples, tone(20000, 0.2), { atol: 5e-5 });
});

test('readSound averages channels', async () => {
  const left = tone(20000, 0.2);
  const right = left.map((x) => -0.5 * x);
  const path = wav(join(temporaryFolder(), 'x.wav'), [left, right], 20000, '32f');
  const { samples } = await readSound(path, { durationSeconds: null, rms: null });
  expectAllClose(
    samples,
    left.map((x) => 0.25 * x),
    { atol: 1e-6 },
  );
});

test.each([
  ['flac', 26460, 0.5, 5e-4],
  // LAME lowers the level by 0.45 dB when it encodes.
  ['mp3', 26460, 0.4748, 5e-3],
  ['ogg', 26460, 0.5, 0.02],
  ['opus', 28800, 0.5, 0.01],
] as const)(
  'decodeSound gives the tone in %s whole, in time and at its level',
  async (extension, length, amplitude, atol) => {
    const { channels, sampleRateHz } = await decodeSound(join(sounds, `tone.${extension}`));
    expect(channels.length).toBe(1);
    expect(channels[0]!.length).toBe(length);
    // Away from the ends, where lossy codecs smear the onset.
    const inner = (x: Float32Array) => x.subarray(0.1 * sampleRateHz, 0.5 * sampleRateHz);
    expectAllClose(inner(channels[0]!), inner(tone(sampleRateHz, 0.6, amplitude)), { atol });
  },
);

test('readSound resamples, takes the middle, removes the mean and sets RMS 0.1', async () => {
  const marked = tone(44100, 3).map((x, i) => x * (i > 44100 && i < 88200 ? 1 : 0.01) + 0.3);
  const path = wav(join(temporaryFolder(), 'x.wav'), [marked], 44100, '32f');
  const { samples, sampleRateHz } = await readSound(path, { durationSeconds: 1 });
  expect(sampleRateHz).toBe(20000);
  expect(samples.length).toBe(20000);
  expect(rms(samples)).toBeCloseTo(0.1, 6);
  expect(samples.reduce((sum, x) => sum + x, 0) / 20000).toBeCloseTo(0, 7);
  // The loud second is the middle one: the tone fills the whole excerpt.
  expect(rms(samples.subarray(0, 5000))).toBeCloseTo(0.1, 2);
  expect(rms(samples.subarray(15000))).toBeCloseTo(0.1, 2);
});

test('readSound takes the excerpt from startSeconds on', async () => {
  const ramp = Float32Array.from({ length: 60000 }, (_, i) => (i % 200 < 100 ? 1 : -1) * (i / 60000));
  const path = wav(join(temporaryFolder(), 'x.wav'), [ramp], 20000, '32f');
  const { samples } = await readSound(path, { durationSeconds: 1, startSeconds: 1.5, rms: null });
  const mean = ramp.slice(30000, 50000).reduce((sum, x) => sum + x, 0) / 20000;
  expectAllClose(
    samples,
    ramp.slice(30000, 50000).map((x) => x - mean),
    { atol: 1e-6 },
  );
});

test('readSound reads a .npy sound and refuses one with two channels', async () => {
  const folder = temporaryFolder();
  writeNpy(join(folder, 'mono.npy'), tone(20000, 2));
  writeNpy(join(folder, 'stereo.npy'), tone(20000, 2), [20000, 2]);
  const { samples } = await readSound(join(folder, 'mono.npy'), { rms: null });
  expectAllClose(samples, tone(20000, 2), { atol: 1e-6 });
  expect(await messageOf(join(folder, 'stereo.npy'))).toBe(
    'InputError: SOUND must be mono (one axis), its shape is [20000, 2]; save one channel',
  );
});

test('readSound names what is wrong with a file in one sentence', async () => {
  const folder = temporaryFolder();
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const whole = readFileSync(wav(join(folder, 'whole.wav'), [tone(20000, 3)], 20000, '16'));
  expect(await messageOf(join(folder, 'none.wav'))).toBe('InputError: SOUND does not exist; check the path');
  expect(await messageOf(folder)).toBe(
    'InputError: SOUND cannot be read (EISDIR); give a readable sound file',
  );
  expect(await messageOf(file('empty.wav', ''))).toBe(
    'InputError: SOUND is empty (0 bytes); give a sound file',
  );
  expect(await messageOf(file('text.wav', 'no sound at all, just words'))).toBe(
    'InputError: SOUND must be a WAV, FLAC, MP3, OGG, AIFF, W64 or .npy sound, its first bytes are none of these; convert it first',
  );
  expect(await messageOf(file('flac.wav', readFileSync(join(sounds, 'tone.flac'))))).toBe(
    'InputError: SOUND must hold what its name says (wav), it holds flac; rename or convert it',
  );
  expect(await messageOf(file('cut.wav', whole.subarray(0, 60000)))).toBe(
    'InputError: SOUND must be whole, it is cut off or damaged (its header promises 120000 bytes of sound, 59956 are there); get it again',
  );
  expect(await messageOf(file('header.wav', whole.subarray(0, 30)))).toBe(
    'InputError: SOUND must have a whole wav header, it breaks off; get it again',
  );
  expect(await messageOf(join(sounds, 'tone.flac'))).toBe(
    'InputError: SOUND must be at least 2 s long, it has 0.600 s; give a longer sound',
  );
  expect(
    await messageOf(wav(join(folder, 'silent.wav'), [new Float32Array(60000).fill(0.2)], 20000, '32f')),
  ).toMatch(/^InputError: SOUND must not be silent, the excerpt's RMS is .*; choose another file or start$/);
  expect(await messageOf(file('whole2.wav', whole), { startSeconds: 1.5 })).toBe(
    'InputError: startSeconds must be from 0 to 1.000 for SOUND (3.000 s long, 2 s taken), got 1.5; choose an earlier start',
  );
  expect(await messageOf(file('whole3.wav', whole), { durationSeconds: null, maxSeconds: 2.5 })).toBe(
    'InputError: SOUND must be at most 2.5 s long, it has 3.00 s; cut it',
  );
});

test.each(['flac', 'mp3', 'ogg', 'opus'])(
  'readSound refuses a %s file that is cut off',
  async (extension) => {
    const bytes = readFileSync(join(sounds, `tone.${extension}`));
    const path = join(temporaryFolder(), `cut.${extension}`);
    for (const share of [0.1, 0.5, 0.8]) {
      writeFileSync(path, bytes.subarray(0, Math.floor(share * bytes.length)));
      expect(await messageOf(path, { durationSeconds: 0.1 }), `cut to ${share}`).toMatch(
        /^InputError: SOUND (must be whole, it is cut off or damaged|cannot be decoded) \(.*\); get it again|breaks off; get it again$/,
      );
    }
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY])('readSound names the sample that is %d', async (value) => {
  const folder = temporaryFolder();
  const samples = tone(20000, 3);
  samples[1234] = value;
  const path = wav(join(folder, 'x.wav'), [samples], 20000, '32f');
  expect(await messageOf(path)).toBe(
    `InputError: SOUND must hold finite numbers, sample 1234 is ${value}; repair it before use`,
  );
  writeNpy(join(folder, 'x.npy'), samples);
  expect(await messageOf(join(folder, 'x.npy'))).toContain(`sample 1234 is ${value}`);
});

/** Compares sample by sample; a matcher takes minutes for millions. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

test('readSound takes its two seconds from a long file as from a whole one', async () => {
  const path = join(temporaryFolder(), 'long.wav');
  const length = 8_400_000;
  const bytes = Buffer.alloc(44 + length, 128);
  const head = new wavefile.WaveFile();
  head.fromScratch(1, 44100, '8', new Uint8Array(0));
  bytes.set(head.toBuffer().subarray(0, 44));
  bytes.writeUInt32LE(length, 40);
  for (let i = 0; i < length; i++) bytes[44 + i] = 128 + Math.round(100 * Math.sin(i * (0.001 + i * 1e-8)));
  writeFileSync(path, bytes);
  const samples = Float32Array.from(bytes.subarray(44), (byte) => (byte - 128) / 128);
  const whole = (start: number, size: number) =>
    resampleExcerpt(samples, { fromHz: 44100, toHz: 20000, start, length: size });
  for (const startSeconds of [0, 100.1, 188]) {
    const read = await readSound(path, { startSeconds, rms: null, demean: false });
    const start = Math.round(startSeconds * 20000);
    expect(isSame(read.samples, whole(start, 40000))).toBe(true);
  }
  const all = await readSound(path, { durationSeconds: null, rms: null, demean: false });
  // Read in pieces of 2²² samples, which leave no seam.
  for (const start of [0, 1_902_000, 3_804_000])
    expect(isSame(all.samples.subarray(start, start + 400), whole(start, 400))).toBe(true);
});

test.each([
  [
    'float64 beyond float32',
    1e300,
    0.1,
    'must hold finite numbers, sample 0 is -Infinity; repair it before use',
  ],
  ['a level that is left alone', 1e10, null, 'must not go beyond ±1000000000 (full scale is 1)'],
  ['numbers of 32 bits as they are', 2 ** 31, 0.1, undefined],
  ['the largest that float32 holds', 3e38, 0.1, undefined],
])('readSound and %s', async (_, level, targetRms, message) => {
  const path = wav(join(temporaryFolder(), 'x.wav'), [tone(20000, 2).fill(level, 0, 1)], 20000, '64');
  const bytes = readFileSync(path);
  for (let i = 0; i < 40000; i++) bytes.writeDoubleLE(i % 2 ? level : -level, bytes.length - 320000 + 8 * i);
  writeFileSync(path, bytes);
  const options = { rms: targetRms, demean: false };
  if (message !== undefined) expect(await messageOf(path, options)).toContain(message);
  else expect(rms((await readSound(path, options)).samples)).toBeCloseTo(0.1, 6);
});

test('readSound resamples from a rate that shares no divisor with the wanted one', async () => {
  const rate = 767_999;
  const path = wav(join(temporaryFolder(), 'x.wav'), [tone(rate, 0.2)], rate, '32f');
  const { samples } = await readSound(path, { durationSeconds: null, rms: null });
  expectAllClose(samples.subarray(200, 3800), tone(20000, 0.2).subarray(200, 3800), { atol: 1e-6 });
});

test.each([
  ['(-1,)', 'must have a shape of whole numbers ≥ 0, its header says (-1,)'],
  ['(-200, -200)', 'must have a shape of whole numbers ≥ 0, its header says (-200, -200)'],
  ['(1.5,)', 'must have a shape of whole numbers ≥ 0, its header says (1.5,)'],
  ['(40000, 1)', undefined],
  ['(99999999999999999,)', 'must have a shape of whole numbers ≥ 0'],
  ['(9999999999,)', 'must hold 9999999999 values, 40000 are there; it is cut off, save it again'],
  ['(0,)', 'must hold sound, it has 0 samples; give another file'],
])('readSound of a .npy with the shape %s', async (shape, message) => {
  const path = join(temporaryFolder(), 'x.npy');
  writeNpy(path, tone(20000, 2));
  const bytes = readFileSync(path);
  const header = bytes.toString('latin1', 10, 128);
  const changed = header
    .replace(/\(40000,\), \} */, `${shape}, }`)
    .padEnd(117)
    .slice(0, 117);
  bytes.write(`${changed}\n`, 10, 'latin1');
  writeFileSync(path, bytes);
  if (message === undefined) expect((await readSound(path)).samples.length).toBe(40000);
  else expect(await messageOf(path)).toContain(message);
});
