import type { BlockSound } from './blockSound.ts';
import { type ByteSource, findBytes, latin1, viewOf } from './byteSource.ts';
import { brokenHeader, cutOff } from './soundFile.ts';
import { checkGrowth, decodeStream } from './webAudioDecoder.ts';

/** The head of a layer III frame. */
interface MpegFrame {
  sampleRateHz: number;
  channels: number;
  samples: number;
  /** Of the whole frame. */
  bytes: number;
  /** Between head and content: where a Xing tag stands. */
  sideBytes: number;
}

/** What an encoder's tag in the first frame says. */
interface EncoderTag {
  frames?: number;
  /** Samples that the encoder put before and after the sound. */
  delay?: number;
  padding?: number;
}

/** A layer III decoder itself delays by 528 + 1 samples. */
const decoderDelay = 529;
/** Frames whose bits may reach into a later one, and one for the filterbank. */
const prerollFrames = 12;

/**
 * Opens an MP3 file. Its frames are counted, so that their number and not a tag says how much it holds.
 *
 * @param source - The file.
 * @throws InputError when no frame is found, or fewer than a tag promises.
 */
export function mp3Sound(source: ByteSource): BlockSound {
  const start = resynchronized(source, id3Bytes(source));
  const head = start === undefined ? undefined : frameAt(source, start);
  if (start === undefined || !head) throw brokenHeader(source.path, 'mp3');
  const tag = encoderTag(source, start, head);
  const { starts, ends } = framesFrom(source, tag ? start + head.bytes : start, head);
  const given = starts.length * head.samples;
  const positions = Array.from({ length: starts.length + 1 }, (_, i) => i * head.samples);
  const leadingSamples = tag?.delay === undefined ? 0 : tag.delay + decoderDelay;
  const promised = (tag?.frames ?? starts.length) * head.samples - (tag?.delay ?? 0) - (tag?.padding ?? 0);
  // The last frames may lack a little.
  if (given - leadingSamples < promised - 2304)
    throw cutOff(
      source.path,
      `it promises ${promised} samples, ${Math.max(0, given - leadingSamples)} could be decoded`,
    );
  return {
    ...{
      path: source.path,
      sampleRateHz: head.sampleRateHz,
      channels: head.channels,
      positions,
      leadingSamples,
    },
    samples: Math.max(0, Math.min(promised, given - leadingSamples)),
    prerollSamples: prerollFrames * head.samples,
    ...(tag?.delay === undefined
      ? {
          note: `${source.path} does not say how much its MP3 encoder put before the sound, some 25 to 50 ms at the beginning stay`,
        }
      : {}),
    decode: (first, end) => {
      checkGrowth(source.path, (end - first) * head.samples * head.channels);
      const from = starts[first]!;
      return decodeStream(source.read(from, ends[end - 1]! - from), source.path, head.sampleRateHz);
    },
    close: () => source.close(),
  };
}

/**
 * Bytes of an ID3v2 tag before the sound, which some programs put before FLAC as well.
 *
 * @param source - The file.
 * @returns 0 where there is none.
 */
export function id3Bytes(source: ByteSource): number {
  const head = source.read(0, 10);
  if (latin1(head, 0, 3) !== 'ID3' || head.length < 10) return 0;
  return 10 + head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 127), 0);
}

const sync = Uint8Array.of(0xff);
/** Longest junk between two frames, bytes. */
const longestJunk = 2 ** 20;

/** The next frame that another one, or the end, follows. */
function resynchronized(source: ByteSource, from: number, like?: MpegFrame): number | undefined {
  const limit = Math.min(source.size, from + longestJunk);
  for (let at = findBytes(source, sync, from); at < limit; at = findBytes(source, sync, at + 1)) {
    const frame = frameAt(source, at, like);
    if (frame && (frameAt(source, at + frame.bytes, frame) || at + frame.bytes === source.size)) return at;
  }
  return undefined;
}

/** Where each frame begins and ends. */
function framesFrom(source: ByteSource, from: number, like: MpegFrame): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at: number | undefined = from; at !== undefined && at < source.size; ) {
    const frame = frameAt(source, at, like);
    if (!frame) {
      at = resynchronized(source, at, like);
      continue;
    }
    // A frame that is cut off gives no sound.
    if (at + frame.bytes > source.size) break;
    starts.push(at);
    at += frame.bytes;
    ends.push(at);
  }
  return { starts, ends };
}

const ratesHz = [44100, 48000, 32000];
const kilobits = {
  first: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  second: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Reads a frame's head (ISO 11172-3, 2.4.1.3); undefined when there is none, or not of the same stream as `like`. */
function frameAt(source: ByteSource, at: number, like?: MpegFrame): MpegFrame | undefined {
  const bytes = source.read(at, 4);
  if (bytes.length < 4 || !isMpegHead(bytes)) return undefined;
  const version = (bytes[1]! >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const isFirst = version === 3;
  const sampleRateHz = ratesHz[(bytes[2]! >> 2) & 3]! / (isFirst ? 1 : version === 2 ? 2 : 4);
  const rate = 1000 * kilobits[isFirst ? 'first' : 'second'][bytes[2]! >> 4]!;
  const samples = isFirst ? 1152 : 576;
  const channels = bytes[3]! >> 6 === 3 ? 1 : 2;
  if (like && (like.sampleRateHz !== sampleRateHz || like.samples !== samples)) return undefined;
  return {
    ...{ sampleRateHz, channels, samples },
    bytes: Math.floor((samples * rate) / 8 / sampleRateHz) + ((bytes[2]! >> 1) & 1),
    sideBytes: isFirst ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17,
  };
}

/**
 * Whether bytes have the form of a layer III frame's head.
 *
 * @param bytes - At least three.
 */
export function isMpegHead(bytes: Uint8Array): boolean {
  const [sync = 0, second = 0, third = 0] = bytes;
  const isLayerThree = sync === 0xff && (second & 0xe6) === 0xe2 && ((second >> 3) & 3) !== 1;
  return isLayerThree && third >> 4 !== 15 && third >> 4 !== 0 && ((third >> 2) & 3) !== 3;
}

/** The tag of Xing, LAME or Fraunhofer in the first frame, which then holds no sound. */
function encoderTag(source: ByteSource, start: number, head: MpegFrame): EncoderTag | undefined {
  const bytes = source.read(start, Math.max(head.bytes, 200)).slice();
  if (latin1(bytes, 36, 4) === 'VBRI') return {};
  const tag = 4 + head.sideBytes;
  if (!['Xing', 'Info'].includes(latin1(bytes, tag, 4)) || bytes.length < tag + 12) return undefined;
  const flags = bytes[tag + 7]!;
  // An encoder that was not let finish leaves 0.
  const counted = flags & 1 ? viewOf(bytes).getUint32(tag + 8) : 0;
  const frames = counted > 0 ? { frames: counted } : {};
  const lame =
    tag + 8 + (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  if (bytes.length < lame + 24) return frames;
  const delay = (bytes[lame + 21]! << 4) | (bytes[lame + 22]! >> 4);
  const padding = ((bytes[lame + 22]! & 15) << 8) | bytes[lame + 23]!;
  return delay === 0 ? frames : { ...frames, delay, padding };
}
