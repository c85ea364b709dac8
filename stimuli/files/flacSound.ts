import type { BlockSound } from './blockSound.ts';
import { type ByteSource, latin1, viewOf } from './byteSource.ts';
import { checksum8, checksum16 } from './checksums.ts';
import { brokenHeader, checkShape, cutOff } from './soundFile.ts';
import { checkGrowth, decodeStream } from './webAudioDecoder.ts';

/** What STREAMINFO says, and its 34 bytes. */
export interface FlacStream {
  sampleRateHz: number;
  channels: number;
  /** Samples of the whole, 0 where the encoder did not know. */
  samples: number;
  /** Samples of every frame but the last; 0 when they differ. */
  blockSamples: number;
  bytes: Uint8Array;
}

/** The head of a frame. */
interface FlacFrame {
  /** Number of the frame, or of its first sample where frames differ in length. */
  number: number;
  samples: number;
  channels: number;
}

/**
 * Opens a FLAC file. Its frames are found without decoding them, so that their number and not the header says how much
 * it holds, and a stretch needs only its own frames.
 *
 * @param source - The file.
 * @throws InputError when its header breaks off or frames are missing.
 */
export function flacSound(source: ByteSource): BlockSound {
  const { stream, audioStart } = readMetadata(source);
  const { starts, positions } = findFrames(source, audioStart, stream);
  const found = positions.at(-1)!;
  if (found < stream.samples)
    throw cutOff(source.path, `it promises ${stream.samples} samples, ${found} could be decoded`);
  const { sampleRateHz, channels } = stream;
  return {
    ...{ path: source.path, sampleRateHz, channels, positions },
    samples: stream.samples || found,
    leadingSamples: 0,
    prerollSamples: 0,
    decode: (first, end) => {
      const bytes = source.read(starts[first]!, starts[end]! - starts[first]!);
      return decodeFlacFrames(bytes, stream, source.path);
    },
    close: () => source.close(),
  };
}

/**
 * Decodes FLAC frames.
 *
 * @param frames - One after the other.
 * @param stream - The stream that they are of.
 * @param path - Of the file, for messages.
 */
export async function decodeFlacFrames(
  frames: Uint8Array,
  stream: FlacStream,
  path: string,
): Promise<Float32Array[]> {
  // Bytes that only look like the head of a frame are counted too; a hundred real ones outweigh them.
  const values = candidates(frames).reduce((sum, { samples, channels }) => sum + samples * channels, 0);
  checkGrowth(path, values);
  const head = new Uint8Array(42);
  head.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34]);
  head.set(stream.bytes, 8);
  // Neither the number of samples nor the checksum is that of a stretch; zeros stand for unknown.
  head[21]! &= 0xf0;
  head.fill(0, 22, 42);
  return decodeStream(Buffer.concat([head, frames]), path, stream.sampleRateHz);
}

/**
 * Samples of a frame.
 *
 * @param frame - Its bytes.
 * @returns 0 when it does not begin as one.
 */
export function flacFrameSamples(frame: Uint8Array): number {
  return (frame[0] === 0xff && (frame[1]! & 0xfe) === 0xf8 && frameHead(frame, 0)?.samples) || 0;
}

/**
 * Reads a STREAMINFO block.
 *
 * @param bytes - Its 34 bytes.
 * @param path - The file, for messages.
 */
export function flacStream(bytes: Uint8Array, path: string): FlacStream {
  if (bytes.length < 34) throw brokenHeader(path, 'flac');
  // 20 bits of rate, 3 of channels, 5 of depth, 36 of length, from byte 10 on.
  const sampleRateHz = (bytes[10]! << 12) | (bytes[11]! << 4) | (bytes[12]! >> 4);
  const channels = ((bytes[12]! >> 1) & 7) + 1;
  checkShape(path, sampleRateHz, channels);
  const [least, most] = [viewOf(bytes).getUint16(0), viewOf(bytes).getUint16(2)];
  return {
    ...{ sampleRateHz, channels },
    samples: (bytes[13]! & 15) * 2 ** 32 + viewOf(bytes).getUint32(14),
    blockSamples: least === most ? least : 0,
    bytes: bytes.slice(0, 34),
  };
}

function readMetadata(source: ByteSource): { stream: FlacStream; audioStart: number } {
  let stream: FlacStream | undefined;
  for (let at = 4; ; ) {
    const head = source.read(at, 4);
    if (head.length < 4) throw brokenHeader(source.path, 'flac');
    const size = (head[1]! << 16) | (head[2]! << 8) | head[3]!;
    const [isLast, type] = [head[0]! >= 128, head[0]! & 127];
    if (type === 0) stream = flacStream(source.read(at + 4, 34), source.path);
    at += 4 + size;
    if (isLast && stream) return { stream, audioStart: at };
    if (isLast || type === 127) throw brokenHeader(source.path, 'flac');
  }
}

const windowBytes = 2 ** 20;
/** A frame's head has at most 16 bytes. */
const longestHead = 16;

/** Where each frame begins, and how many samples are before it; at last where the file ends and how many there are. */
function findFrames(
  source: ByteSource,
  audioStart: number,
  stream: FlacStream,
): { starts: number[]; positions: number[] } {
  const starts: number[] = [];
  const positions: number[] = [];
  let next = { number: -1, position: 0 };
  for (let at = audioStart; at < source.size; at += windowBytes) {
    const window = source.read(at, windowBytes + longestHead);
    for (const { offset, ...frame } of candidates(window)) {
      if (offset >= windowBytes || frame.channels !== stream.channels) continue;
      // The first frame may have any number: a recording may begin in the middle of a stream.
      if (next.number >= 0 && frame.number !== next.number) continue;
      starts.push(at + offset);
      positions.push(next.position);
      const isVariable = window[offset + 1] === 0xf9;
      next = {
        number: frame.number + (isVariable ? frame.samples : 1),
        position: next.position + frame.samples,
      };
    }
  }
  return dropBroken(source, { starts: [...starts, source.size], positions: [...positions, next.position] });
}

/** Without the last frame when its checksum says that it is cut off; tags behind it (ID3) are allowed. */
function dropBroken(source: ByteSource, index: { starts: number[]; positions: number[] }) {
  const { starts, positions } = index;
  const [from, to] = [starts.at(-2), starts.at(-1)!];
  if (from === undefined) return index;
  const bytes = source.read(from, Math.min(to - from, 2 ** 24)).slice();
  const isID3 = bytes.length > 128 && latin1(bytes, bytes.length - 128, 3) === 'TAG';
  const frame = isID3 ? bytes.subarray(0, bytes.length - 128) : bytes;
  if (checksum16(frame) === 0) return index;
  return { starts: [...starts.slice(0, -1)], positions: [...positions.slice(0, -1)] };
}

/** All that has the form and the checksum of a frame's head. */
function candidates(bytes: Uint8Array): (FlacFrame & { offset: number })[] {
  const found: (FlacFrame & { offset: number })[] = [];
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if ((bytes[at + 1]! & 0xfe) !== 0xf8) continue;
    const frame = frameHead(bytes, at);
    if (frame) found.push({ ...frame, offset: at });
  }
  return found;
}

/** Reads the head of a frame; undefined when there is none. RFC 9639, section 9.1. */
function frameHead(bytes: Uint8Array, at: number): FlacFrame | undefined {
  const [sizeCode, rateCode] = [bytes[at + 2]! >> 4, bytes[at + 2]! & 15];
  const [channelCode, depthCode] = [bytes[at + 3]! >> 4, (bytes[at + 3]! >> 1) & 7];
  if (sizeCode === 0 || rateCode === 15 || channelCode > 10 || depthCode === 3 || bytes[at + 3]! & 1)
    return undefined;
  const number = codedNumber(bytes, at + 4);
  if (!number) return undefined;
  let end = at + 4 + number.bytes;
  let samples = sizeCode === 1 ? 192 : sizeCode < 6 ? 144 * 2 ** sizeCode : 2 ** sizeCode;
  if (sizeCode === 6) samples = bytes[end++]! + 1;
  if (sizeCode === 7) {
    samples = (bytes[end]! << 8) + bytes[end + 1]! + 1;
    end += 2;
  }
  end += rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0;
  if (end >= bytes.length || checksum8(bytes.subarray(at, end)) !== bytes[end]) return undefined;
  return { number: number.value, samples, channels: channelCode < 8 ? channelCode + 1 : 2 };
}

/** A number coded as UTF-8 codes letters, with up to seven bytes. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; bytes: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0xff || (first >= 0x80 && first < 0xc0)) return undefined;
  const ones = Math.clz32(~(first << 24));
  const length = Math.max(1, ones);
  let value = ones === 0 ? first : first & (0x7f >> ones);
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!;
    if ((byte & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (byte & 63);
  }
  return { value, bytes: length };
}
