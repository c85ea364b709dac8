import { InputError } from '../../src/base/inputError.ts';
import { type ByteSource, latin1, viewOf } from './byteSource.ts';
import { type Chunk, chunksOf, soundExtent } from './chunks.ts';
import { type PcmEncoding, pcmSound } from './pcmSound.ts';
import { brokenHeader, checkShape, cutOff, type SoundFile } from './soundFile.ts';
import { checkGrowth, decodeStream } from './webAudioDecoder.ts';

/** What the `fmt ` chunk says. */
interface WavFormat {
  tag: number;
  channels: number;
  sampleRateHz: number;
  frameBytes: number;
  bits: number;
  chunk: Chunk;
}

/**
 * Opens a WAV file (RIFF, RIFX, RF64, BW64) or a W64 file.
 *
 * @param source - The file.
 * @throws InputError when its header breaks off, its sound is cut off, or coded in a way that is not read.
 */
export async function wavSound(source: ByteSource): Promise<SoundFile> {
  const chunks = chunksOf(source);
  const isLittleEndian = latin1(source.read(0, 4), 0, 4) !== 'RIFX';
  const format = formatOf(source, chunks, isLittleEndian);
  const sound = chunks.find(({ id }) => id === 'data');
  if (!format || !sound) throw brokenHeader(source.path, 'wav');
  const bytes = soundExtent(source, sound, { frameBytes: format.frameBytes });
  if (sound.start + bytes > source.size)
    throw cutOff(
      source.path,
      `its header promises ${bytes} bytes of sound, ${Math.max(0, source.size - sound.start)} are there`,
    );
  const encoding = encodingOf(format, isLittleEndian);
  const { channels, sampleRateHz } = format;
  if (encoding === 'adpcm')
    return adpcmSound(source, format, { format: format.chunk, start: sound.start, bytes });
  if (!encoding)
    throw new InputError(
      `${source.path} must hold PCM, float, A-law, µ-law or ADPCM sound, its coding is 0x${format.tag.toString(16)} with ${format.bits} bits; convert it to WAV of 16 bits`,
    );
  const samples = Math.floor(bytes / (channels * encoding.bytes));
  return pcmSound(source, { channels, sampleRateHz, encoding, samples, start: sound.start });
}

function formatOf(
  source: ByteSource,
  chunks: readonly Chunk[],
  isLittleEndian: boolean,
): WavFormat | undefined {
  const chunk = chunks.find(({ id }) => id === 'fmt ');
  if (!chunk) return undefined;
  const bytes = source.read(chunk.start, Math.min(chunk.size, 64));
  if (bytes.length < 16) return undefined;
  const view = viewOf(bytes);
  const plainTag = view.getUint16(0, isLittleEndian);
  return {
    // WAVE_FORMAT_EXTENSIBLE: the first two bytes of the sub-format are the tag.
    tag: plainTag === 0xfffe && bytes.length >= 26 ? view.getUint16(24, isLittleEndian) : plainTag,
    channels: view.getUint16(2, isLittleEndian),
    sampleRateHz: view.getUint32(4, isLittleEndian),
    frameBytes: view.getUint16(12, isLittleEndian),
    bits: view.getUint16(14, isLittleEndian),
    chunk: { ...chunk, size: bytes.length },
  };
}

function encodingOf(
  { tag, bits, channels, frameBytes }: WavFormat,
  isLittleEndian: boolean,
): PcmEncoding | 'adpcm' | undefined {
  // Samples of 12 or 20 bits stand in the upper bits of whole bytes.
  const perSample = frameBytes / channels;
  const bytes = Number.isInteger(perSample) && perSample * 8 >= bits ? perSample : Math.ceil(bits / 8);
  if (tag === 1 && bytes === 1) return { kind: 'unsigned', bytes, isLittleEndian };
  if (tag === 1 && bytes >= 2 && bytes <= 4) return { kind: 'integer', bytes, isLittleEndian };
  if (tag === 3 && (bytes === 4 || bytes === 8)) return { kind: 'float', bytes, isLittleEndian };
  if (tag === 6) return { kind: 'alaw', bytes: 1, isLittleEndian };
  if (tag === 7) return { kind: 'mulaw', bytes: 1, isLittleEndian };
  return (tag === 2 || tag === 0x11) && bits === 4 && isLittleEndian ? 'adpcm' : undefined;
}

/** ADPCM of Microsoft or IMA: decoded at once, for only the decoder knows its blocks. */
async function adpcmSound(
  source: ByteSource,
  { sampleRateHz, channels }: WavFormat,
  { format, start, bytes }: { format: Chunk; start: number; bytes: number },
): Promise<SoundFile> {
  checkShape(source.path, sampleRateHz, channels);
  // Two samples a byte.
  checkGrowth(source.path, 2 * bytes);
  const head = Buffer.alloc(28 + format.size);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(20 + format.size + bytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(format.size, 16);
  head.set(source.read(format.start, format.size), 20);
  head.write('data', 20 + format.size, 'latin1');
  head.writeUInt32LE(bytes, 24 + format.size);
  const whole = Buffer.concat([head, source.read(start, bytes)]);
  const decoded = await decodeStream(whole, source.path, sampleRateHz);
  return {
    ...{ sampleRateHz, channels: decoded.length, samples: decoded[0]?.length ?? 0 },
    read: async (from, length) => decoded.map((channel) => channel.slice(from, from + length)),
    close: () => source.close(),
  };
}
