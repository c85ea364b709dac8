import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { encodeFlac } from '../../../stimuli/encodeFlac.ts';
import { checksum8, checksum16 } from '../../../stimuli/files/checksums.ts';
import { openSound } from '../../../stimuli/files/openSound.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { openSoundBytes } from './openSoundBytes.ts';

const sounds = join(import.meta.dirname, '..', 'sounds');
const soundFiles = ['tone.flac', 'tone.mp3', 'tone.ogg', 'tone.opus', 'tone.oga', 'tone.aiff', 'tone.w64'];

test.each(soundFiles)('stretches of %s are those of the whole', async (name) => {
  const sound = await openSound(join(sounds, name));
  const whole = await sound.read(0, sound.samples);
  for (const [start, length] of [
    [0, 10],
    [9000, 4000],
    [sound.samples - 3000, 3000],
  ] as const) {
    const [stretch] = await sound.read(start, length);
    expect(stretch!.length).toBe(length);
    expect(stretch).toEqual(whole[0]!.slice(start, start + length));
  }
  sound.close();
});

test.each(['tone.oga', 'tone.aiff', 'tone.w64'])('%s holds the samples of tone.flac', async (name) => {
  const [expected] = await (await openSound(join(sounds, 'tone.flac'))).read(0, 26460);
  const sound = await openSound(join(sounds, name));
  expect(sound).toMatchObject({ sampleRateHz: 44100, channels: 1, samples: 26460 });
  expect((await sound.read(0, 26460))[0]).toEqual(expected);
});

test('a long FLAC is read by its frames, to the same samples', async () => {
  const random = createRandom(1);
  const samples = Int16Array.from({ length: 200_000 }, () => random.integer(20_000) - 10_000);
  const sound = await openSoundBytes(await encodeFlac(samples, 20000), 'x.flac');
  for (const start of [0, 4095, 4096, 100_001, 199_000]) {
    const [stretch] = await sound.read(start, 1000);
    expect([...stretch!]).toEqual([...samples.subarray(start, start + 1000)].map((value) => value / 32768));
  }
});

/** FLAC frames of constant zeros, 65,535 samples each, in 14 bytes or so. */
function silentFlac(frames: number, promised: number, first = 0): Uint8Array {
  const head = Buffer.alloc(42);
  head.write('fLaC', 0, 'latin1');
  head.set([0x80, 0, 0, 34, 0xff, 0xff, 0xff, 0xff], 4);
  // 48,000 Hz, 1 channel, 16 bits.
  head.set([0x0b, 0xb8, 0x00, 0xf0 | Math.floor(promised / 2 ** 32)], 18);
  head.writeUInt32BE(promised % 2 ** 32, 22);
  const bodies = Array.from({ length: frames }, (_, number) => {
    const coded = Buffer.from(String.fromCodePoint(first + number));
    const frame = [0xff, 0xf8, 0x70, 0x08, ...coded, 0xff, 0xfe];
    frame.push(checksum8(Uint8Array.from(frame)), 0, 0, 0);
    const checksum = checksum16(Uint8Array.from(frame));
    return Buffer.from([...frame, checksum >> 8, checksum & 255]);
  });
  return Buffer.concat([head, ...bodies]);
}

test('FLAC that holds 10⁹ samples in 200 kB is known for its length without being decoded', async () => {
  const frames = 15_259;
  for (const promised of [65_535 * frames, 0]) {
    const sound = await openSoundBytes(silentFlac(frames, promised), 'x.flac');
    expect(sound.samples).toBe(65_535 * frames);
    expect((await sound.read(5e8, 100))[0]).toEqual(new Float32Array(100));
  }
  const path = join(temporaryFolder(), 'bomb.flac');
  writeFileSync(path, silentFlac(frames, 65_535 * frames));
  await expect(readSound(path, { durationSeconds: null })).rejects.toThrow(
    /must be at most 1200 s long, it has 20833\.\d\d s; cut it/,
  );
  // What a header says counts for nothing against the frames.
  const liar = await openSoundBytes(silentFlac(10, 48_000), 'x.flac');
  expect((await liar.read(0, 1e9))[0]!.length).toBe(48_000);
  await expect(openSoundBytes(silentFlac(10, 1e9), 'x.flac')).rejects.toThrow(
    'it promises 1000000000 samples, 655350 could be decoded',
  );
});

test('frames hidden in a frame are counted before they are decoded', async () => {
  const hidden = silentFlac(2000, 0, 5000).subarray(42);
  const whole = silentFlac(2, 131_070);
  const middle = 42 + (whole.length - 42) / 2;
  const file = Buffer.concat([whole.subarray(0, middle), hidden, whole.subarray(middle)]);
  const sound = await openSoundBytes(file, 'x.flac');
  await expect(sound.read(0, 1000)).rejects.toThrow(/must not grow beyond 67108864 numbers where it is read/);
});

describe('Ogg', () => {
  const ogg = readFileSync(join(sounds, 'tone.ogg'));

  test('zeros behind the last page are passed over', async () => {
    const path = join(temporaryFolder(), 'x.ogg');
    writeFileSync(path, ogg);
    truncateSync(path, 60_000_000);
    const sound = await openSound(path);
    expect(sound.samples).toBe(26460);
    sound.close();
  });

  test('a page that was changed is noticed', async () => {
    const changed = Buffer.from(ogg);
    changed[changed.length - 100]! ^= 1;
    const sound = await openSoundBytes(changed, 'x.ogg');
    await expect(sound.read(0, sound.samples)).rejects.toThrow(/does not have its checksum/);
  });

  test('recordings one after the other are refused, not read in part', async () => {
    const chained = Buffer.concat([ogg, readFileSync(join(sounds, 'tone.opus'))]);
    await expect(openSoundBytes(chained, 'x.ogg')).rejects.toThrow('x.ogg must hold one recording');
  });

  test('another codec is named', async () => {
    const other = Buffer.from(ogg);
    other.write('theora', 29, 'latin1');
    await expect(openSoundBytes(other, 'x.ogg')).rejects.toThrow(
      /its Ogg stream is of another codec \(theora/,
    );
  });
});

test('an MP3 whose encoder left no tag keeps its delay, and says so', async () => {
  const mp3 = readFileSync(join(sounds, 'tone.mp3'));
  const tagged = await openSoundBytes(mp3, 'x.mp3');
  expect(tagged.note).toBeUndefined();
  const at = mp3.indexOf('Info') < 0 ? mp3.indexOf('Xing') : mp3.indexOf('Info');
  const untagged = await openSoundBytes(Buffer.from(mp3).fill(0, at, at + 160), 'x.mp3');
  expect(untagged.note).toMatch(/does not say how much its MP3 encoder put before the sound/);
  expect(untagged.samples).toBeGreaterThan(tagged.samples);
});

test.each([
  ['M4A or MP4', '\0\0\0\x20ftypM4A '],
  ['CAF', 'caff\0\x01\0\0'],
  ['AU', '.snd\0\0\0\x18'],
  ['WMA', '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['AAC', '\xff\xf1\x50\x80'],
])('%s is named, with what to do', async (name, begin) => {
  await expect(openSoundBytes(Buffer.from(begin.padEnd(64, '\0'), 'latin1'), 'x.m4a')).rejects.toThrow(
    `x.m4a is ${name}, which is not read; convert it to WAV or FLAC, with ffmpeg for instance`,
  );
});

test.each(['flac', 'mp3'])(
  'tags before %s, whose sizes have seven bits a byte, are passed over',
  async (ending) => {
    const whole = readFileSync(join(sounds, `tone.${ending}`));
    const { samples } = await openSoundBytes(whole, `x.${ending}`);
    for (const size of ['\0\0\0\x05', '\0\0\x02\x2c', '\0\x01\0\0']) {
      const bytes = [...size].reduce((sum, digit) => sum * 128 + digit.charCodeAt(0), 0);
      const tag = Buffer.concat([Buffer.from(`ID3\x04\0\0${size}`, 'latin1'), Buffer.alloc(bytes)]);
      const sound = await openSoundBytes(Buffer.concat([tag, whole]), `x.${ending}`);
      expect(sound.samples).toBe(samples);
    }
  },
);

test('a device is refused, a pipe is read', async () => {
  await expect(openSound('/dev/zero')).rejects.toThrow('/dev/zero must be a file, it is a device');
  const fifo = join(temporaryFolder(), 'x.flac');
  execFileSync('mkfifo', [fifo]);
  const writer = spawn('sh', ['-c', `cat '${join(sounds, 'tone.flac')}' > '${fifo}'`]);
  const sound = await openSound(fifo);
  expect(sound.samples).toBe(26460);
  await new Promise((resolve) => writer.once('close', resolve));
});
