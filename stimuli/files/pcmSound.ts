import { type ByteSource, viewOf } from './byteSource.ts';
import { checkShape, type SoundFile } from './soundFile.ts';

/** How one sample of one channel is stored. */
export interface PcmEncoding {
  kind: 'integer' | 'unsigned' | 'float' | 'alaw' | 'mulaw';
  /** Of one sample of one channel. */
  bytes: number;
  isLittleEndian: boolean;
}

/** Where uncompressed sound is in a file and how it is stored. */
export interface PcmLayout {
  sampleRateHz: number;
  channels: number;
  encoding: PcmEncoding;
  /** Where the sound begins, bytes. */
  start: number;
  /** Samples a channel. */
  samples: number;
}

/**
 * Opens uncompressed sound.
 *
 * @param source - The file.
 * @param layout - Where and how it is stored.
 * @throws InputError when its rate or channels are beyond what sounds have.
 */
export function pcmSound(source: ByteSource, layout: PcmLayout): SoundFile {
  const { sampleRateHz, channels, encoding, samples } = layout;
  checkShape(source.path, sampleRateHz, channels);
  const frameBytes = channels * encoding.bytes;
  return {
    ...{ sampleRateHz, channels, samples },
    read: async (start, length) => {
      const count = Math.max(0, Math.min(length, samples - start));
      const bytes = source.read(layout.start + start * frameBytes, count * frameBytes);
      return deinterleaved(viewOf(bytes), Math.floor(bytes.length / frameBytes), channels, encoding);
    },
    close: () => source.close(),
  };
}

function deinterleaved(
  view: DataView,
  count: number,
  channels: number,
  encoding: PcmEncoding,
): Float32Array[] {
  const sampleAt = sampleReader(view, encoding);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(count);
    for (let i = 0; i < count; i++) samples[i] = sampleAt((i * channels + channel) * encoding.bytes);
    return samples;
  });
}

function sampleReader(view: DataView, encoding: PcmEncoding): (at: number) => number {
  const { kind, bytes, isLittleEndian } = encoding;
  if (kind === 'float')
    return bytes === 4
      ? (at) => view.getFloat32(at, isLittleEndian)
      : (at) => view.getFloat64(at, isLittleEndian);
  if (kind === 'alaw') return (at) => alaw(view.getUint8(at)) / 32768;
  if (kind === 'mulaw') return (at) => mulaw(view.getUint8(at)) / 32768;
  if (kind === 'unsigned') return (at) => (view.getUint8(at) - 128) / 128;
  if (bytes === 1) return (at) => view.getInt8(at) / 128;
  if (bytes === 2) return (at) => view.getInt16(at, isLittleEndian) / 32768;
  if (bytes === 4) return (at) => view.getInt32(at, isLittleEndian) / 2 ** 31;
  if (isLittleEndian) return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 2 ** 23;
  return (at) => ((view.getInt8(at) << 16) | view.getUint16(at + 1, false)) / 2 ** 23;
}

/** ITU-T G.711, A-law, to 16 bits. */
function alaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return bits & 128 ? magnitude : -magnitude;
}

/** ITU-T G.711, µ-law, to 16 bits. */
function mulaw(code: number): number {
  const bits = ~code & 255;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return bits & 128 ? -magnitude : magnitude;
}
