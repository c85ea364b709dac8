import { expect, test } from 'vitest';
import { openSoundBytes } from './openSoundBytes.ts';

const frames = 40;
const values = Int16Array.from({ length: frames }, (_, i) => 100 * i - 2000);
const pcm = new Uint8Array(values.buffer);

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(id: string, content: Uint8Array, size = content.length): Uint8Array {
  return joined(ascii(id), u32(size), content);
}

const format = (bits = 16) =>
  chunk(
    'fmt ',
    joined(
      Uint8Array.of(1, 0, 1, 0),
      u32(20000),
      u32((20000 * bits) / 8),
      Uint8Array.of(bits / 8, 0, bits, 0),
    ),
  );
const riff = (parts: Uint8Array[], { id = 'RIFF', size = 0 } = {}) =>
  joined(ascii(id), u32(size), ascii('WAVE'), ...parts);
const ds64 = (size: number) =>
  chunk('ds64', joined(u32(0), u32(0), u32(size), u32(0), u32(0), u32(0), u32(0)));
const list = chunk('LIST', ascii('INFOISFT\x06\0\0\0Lavf58'));
const oddText = ascii('abc');

test.each<[what: string, file: Uint8Array, samples: number]>([
  ['its own size', riff([format(), chunk('data', pcm)]), frames],
  ['its own size and chunks behind it', riff([format(), chunk('data', pcm), list]), frames],
  ['size 0 and nothing behind it', riff([format(), chunk('data', new Uint8Array(0))]), 0],
  ['size 0 and chunks behind it', riff([format(), chunk('data', new Uint8Array(0)), list]), 0],
  ['size 0xffffffff and only chunks behind it', riff([format(), chunk('data', list, 0xffffffff)]), 0],
  ['size 0 and sound to the end', riff([format(), chunk('data', pcm, 0)]), frames],
  ['size 0xffffffff and sound to the end', riff([format(), chunk('data', pcm, 0xffffffff)]), frames],
  [
    'size 0xffffffff, sound, and chunks behind it',
    riff([format(), chunk('data', joined(pcm, list), 0xffffffff)]),
    frames,
  ],
  ['SoX’s 0x7ffff000', riff([format(), chunk('data', pcm, 0x7ffff000)]), frames],
  [
    'SoX’s size for three bytes a sample',
    riff([format(24), chunk('data', pcm.subarray(0, 60), 0x7fffeffe)]),
    20,
  ],
  ['0x7fffffff', riff([format(), chunk('data', pcm, 0x7fffffff)]), frames],
  ['0x80000000', riff([format(), chunk('data', pcm, 0x80000000)]), frames],
  ['RF64 with ds64', riff([ds64(80), format(), chunk('data', pcm, 0xffffffff)], { id: 'RF64' }), frames],
  [
    'RF64 with ds64 and chunks behind it',
    riff([ds64(80), format(), chunk('data', pcm, 0xffffffff), list], { id: 'RF64' }),
    frames,
  ],
  [
    'RF64 that is empty',
    riff([ds64(0), format(), chunk('data', new Uint8Array(0), 0xffffffff), list], { id: 'RF64' }),
    0,
  ],
  [
    'RF64 whose sizes were never filled in',
    riff([ds64(0), format(), chunk('data', pcm, 0xffffffff)], { id: 'RF64' }),
    frames,
  ],
  ['BW64', riff([ds64(80), format(), chunk('data', pcm, 0xffffffff)], { id: 'BW64' }), frames],
  [
    'an odd chunk before it, padded',
    riff([format(), chunk('note', joined(oddText, Uint8Array.of(0)), 3), chunk('data', pcm)]),
    frames,
  ],
  [
    'an odd chunk before it, not padded',
    riff([format(), chunk('note', oddText), chunk('data', pcm)]),
    frames,
  ],
  ['an odd number of bytes', riff([format(), chunk('data', pcm.subarray(0, 79))]), 39],
  [
    'an open size that is odd with its pad',
    riff([format(), chunk('data', joined(pcm, Uint8Array.of(0), list), 0)]),
    frames,
  ],
])('a WAV holds the sound that is there: %s', async (_, file, samples) => {
  const sound = await openSoundBytes(file, 'x.wav');
  expect(sound.samples).toBe(samples);
  const [channel] = await sound.read(0, samples);
  if (samples === frames) expect([...channel!]).toEqual([...values].map((value) => value / 32768));
});

test.each([
  ['cut off', riff([format(), chunk('data', pcm, 200)]), /promises 200 bytes of sound, 80 are there/],
  [
    'a size just below those of streams',
    riff([format(), chunk('data', pcm, 0x7ffeffff)]),
    /promises 2147418111 bytes/,
  ],
  [
    'RF64 cut off',
    riff([ds64(200), format(), chunk('data', pcm, 0xffffffff)], { id: 'RF64' }),
    /promises 200 bytes/,
  ],
  ['without its sound', riff([format(), list]), /must have a whole wav header/],
  ['without its format', riff([chunk('data', pcm)]), /must have a whole wav header/],
  [
    'no channel',
    riff([
      chunk('fmt ', joined(Uint8Array.of(1, 0, 0, 0), u32(20000), u32(0), Uint8Array.of(2, 0, 16, 0))),
      chunk('data', pcm),
    ]),
    /1 to 64 channels, its header says 0/,
  ],
  [
    'a rate beyond any converter',
    riff([
      chunk('fmt ', joined(Uint8Array.of(1, 0, 1, 0), u32(4e9), u32(0), Uint8Array.of(2, 0, 16, 0))),
      chunk('data', pcm),
    ]),
    /rate from 1 to 1000000 Hz, its header says 4000000000/,
  ],
  [
    'MP3 inside',
    riff([
      chunk('fmt ', joined(Uint8Array.of(0x55, 0, 1, 0), u32(20000), u32(0), Uint8Array.of(1, 0, 0, 0))),
      chunk('data', pcm),
    ]),
    /its coding is 0x55/,
  ],
])('a WAV that cannot be read says why: %s', async (_, file, message) => {
  await expect(openSoundBytes(file, 'x.wav')).rejects.toThrow(message);
  await expect(openSoundBytes(file, 'x.wav')).rejects.toHaveProperty('name', 'InputError');
});

test('any stretch of a WAV can be read', async () => {
  const sound = await openSoundBytes(riff([format(), chunk('data', pcm)]), 'x.wav');
  expect([...(await sound.read(5, 3))[0]!]).toEqual([-1500, -1400, -1300].map((value) => value / 32768));
  expect((await sound.read(38, 10))[0]!.length).toBe(2);
});
