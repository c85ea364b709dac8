import { InputError } from '../../src/base/inputError.ts';
import { type ByteSource, latin1, viewOf } from './byteSource.ts';
import { chunksOf, soundExtent } from './chunks.ts';
import { type PcmEncoding, pcmSound } from './pcmSound.ts';
import { brokenHeader, cutOff, type SoundFile } from './soundFile.ts';

/**
 * Opens an AIFF or AIFF-C file of uncompressed or companded sound.
 *
 * @param source - The file.
 * @throws InputError when its header breaks off, its sound is cut off, or coded in a way that is not read.
 */
export function aiffSound(source: ByteSource): SoundFile {
  const chunks = chunksOf(source);
  const common = chunks.find(({ id }) => id === 'COMM');
  const sound = chunks.find(({ id }) => id === 'SSND');
  const bytes = common && source.read(common.start, Math.min(common.size, 22)).slice();
  const offset = sound && source.read(sound.start, 8).slice();
  if (!sound || !bytes || bytes.length < 18 || !offset || offset.length < 8)
    throw brokenHeader(source.path, 'aiff');
  const view = viewOf(bytes);
  const channels = view.getUint16(0);
  const sampleRateHz = Math.round(extendedFloat(view, 8));
  const encoding = encodingOf(source, bytes, Math.ceil(view.getUint16(6) / 8));
  // SSND begins with an offset and a block size.
  const head = 8 + viewOf(offset).getUint32(0);
  const frameBytes = channels * encoding.bytes;
  const held = soundExtent(source, sound, { frameBytes, isLittleEndian: false }) - head;
  const promised = view.getUint32(2);
  const samples =
    promised > 0 && promised < 0xffffffff ? promised : Math.max(0, Math.floor(held / frameBytes));
  const there = Math.floor((source.size - sound.start - head) / frameBytes);
  if (there < samples)
    throw cutOff(source.path, `it promises ${samples} samples, ${Math.max(0, there)} are there`);
  return pcmSound(source, { channels, sampleRateHz, encoding, samples, start: sound.start + head });
}

function encodingOf(source: ByteSource, common: Uint8Array, bytes: number): PcmEncoding {
  const isCompressed = latin1(source.read(8, 4), 0, 4) === 'AIFC' && common.length >= 22;
  const code = isCompressed ? latin1(common, 18, 4) : 'NONE';
  const known: Record<string, PcmEncoding> = {
    NONE: { kind: 'integer', bytes, isLittleEndian: false },
    twos: { kind: 'integer', bytes, isLittleEndian: false },
    sowt: { kind: 'integer', bytes, isLittleEndian: true },
    in24: { kind: 'integer', bytes: 3, isLittleEndian: false },
    in32: { kind: 'integer', bytes: 4, isLittleEndian: false },
    'raw ': { kind: 'unsigned', bytes: 1, isLittleEndian: false },
    fl32: { kind: 'float', bytes: 4, isLittleEndian: false },
    FL32: { kind: 'float', bytes: 4, isLittleEndian: false },
    fl64: { kind: 'float', bytes: 8, isLittleEndian: false },
    FL64: { kind: 'float', bytes: 8, isLittleEndian: false },
    alaw: { kind: 'alaw', bytes: 1, isLittleEndian: false },
    ALAW: { kind: 'alaw', bytes: 1, isLittleEndian: false },
    ulaw: { kind: 'mulaw', bytes: 1, isLittleEndian: false },
    ULAW: { kind: 'mulaw', bytes: 1, isLittleEndian: false },
  };
  const encoding = Object.hasOwn(known, code) ? known[code]! : undefined;
  if (!encoding || encoding.bytes < 1 || (encoding.kind === 'integer' && encoding.bytes > 4))
    throw new InputError(
      `${source.path} must hold PCM, float, A-law or µ-law sound, its AIFF coding is ${JSON.stringify(code)} with ${8 * bytes} bits; convert it to WAV`,
    );
  return encoding;
}

/** A number of 80 bits, IEEE 754 extended, as AIFF stores its rate. */
function extendedFloat(view: DataView, at: number): number {
  const exponent = view.getUint16(at) & 0x7fff;
  const mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6);
  return mantissa * 2 ** (exponent - 16383 - 63);
}
