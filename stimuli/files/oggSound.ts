import { InputError } from '../../src/base/inputError.ts';
import type { BlockSound } from './blockSound.ts';
import { type ByteSource, latin1 } from './byteSource.ts';
import { decodeFlacFrames, flacFrameSamples, flacStream } from './flacSound.ts';
import { type OggPage, oggExtent, oggPackets, oggPages } from './oggPages.ts';
import { decodeOpusPackets, opusHeader, opusPacketSamples } from './opusPackets.ts';
import { brokenHeader } from './soundFile.ts';
import { vorbisHeader, vorbisPacketSamples } from './vorbisPackets.ts';
import { checkGrowth, decodeStream } from './webAudioDecoder.ts';

/** What differs between the codecs that Ogg carries. */
interface OggCodec {
  sampleRateHz: number;
  channels: number;
  /** Packets before the sound. */
  headers: number;
  /** Samples at the beginning that are not sound. */
  skipped: number;
  prerollSamples: number;
  /** Samples that the decoder gives for a packet. */
  samplesOf(packet: Uint8Array): number;
  /** Decodes packets; `stream` gives them as a stream of pages with the headers. */
  decode(packets: Uint8Array[], stream: () => Uint8Array): Promise<Float32Array[]>;
}

/**
 * Opens an Ogg file of Vorbis, Opus or FLAC. The packets themselves say how much they give; what the pages claim only
 * decides how much of that is sound.
 *
 * @param source - The file.
 * @throws InputError when it breaks off, is damaged, or holds another codec.
 */
export function oggSound(source: ByteSource): BlockSound {
  const pages = oggPages(source);
  const codec = codecOf(source, pages);
  const { sampleRateHz, channels, prerollSamples, skipped } = codec;
  const soundStart = pagesOfHeaders(source, pages, codec.headers);
  const soundPages = pages.slice(soundStart);
  const positions = positionsOf(source, soundPages, codec);
  return {
    ...{ path: source.path, sampleRateHz, channels, positions, prerollSamples },
    ...oggExtent(soundPages, positions.slice(1), skipped, source.path),
    decode: (first, end) => {
      const wanted = soundPages.slice(first, end);
      const packets = [...oggPackets(source, wanted, { isChecked: true })].map(({ bytes }) => bytes);
      return codec.decode(packets, () => bytesOf(source, [...pages.slice(0, soundStart), ...wanted]));
    },
    close: () => source.close(),
  };
}

/** How many pages the headers take; they end with a page of their own. */
function pagesOfHeaders(source: ByteSource, pages: readonly OggPage[], headers: number): number {
  let left = headers;
  for (const { page } of oggPackets(source, pages)) if (--left === 0) return page + 1;
  throw brokenHeader(source.path, 'ogg');
}

/** How much the decoder has given before each page and after the last. */
function positionsOf(source: ByteSource, pages: readonly OggPage[], codec: OggCodec): number[] {
  const given = new Array<number>(pages.length).fill(0);
  for (const { bytes, page } of oggPackets(source, pages)) given[page]! += codec.samplesOf(bytes);
  let total = 0;
  return [
    0,
    ...given.map((samples) => {
      total += samples;
      return total;
    }),
  ];
}

function bytesOf(source: ByteSource, pages: readonly OggPage[]): Uint8Array {
  return Buffer.concat(pages.map(({ start, end }) => source.read(start, end - start).slice()));
}

function codecOf(source: ByteSource, pages: readonly OggPage[]): OggCodec {
  const packets = oggPackets(source, pages.slice(0, 64));
  const first = packets.next().value?.bytes ?? new Uint8Array(0);
  const { path } = source;
  if (latin1(first, 0, 8) === 'OpusHead') {
    const header = opusHeader(first, path);
    return {
      ...{ sampleRateHz: 48000, channels: header.channels, headers: 2, skipped: header.preSkip },
      prerollSamples: 24000,
      samplesOf: opusPacketSamples,
      decode: (sound) => decodeOpusPackets(sound, header, path),
    };
  }
  if (latin1(first, 1, 6) === 'vorbis') {
    packets.next();
    const header = vorbisHeader(first, packets.next().value?.bytes ?? new Uint8Array(0), path);
    return {
      ...{ sampleRateHz: header.sampleRateHz, channels: header.channels, headers: 3, skipped: 0 },
      prerollSamples: 4 * header.longest,
      samplesOf: vorbisPacketSamples(header),
      decode: (sound, stream) => {
        const samplesOf = vorbisPacketSamples(header);
        checkGrowth(path, header.channels * sound.reduce((sum, packet) => sum + samplesOf(packet), 0));
        return decodeStream(stream(), path, header.sampleRateHz);
      },
    };
  }
  if (latin1(first, 1, 4) === 'FLAC') {
    const stream = flacStream(first.subarray(17, 51), path);
    return {
      ...{ sampleRateHz: stream.sampleRateHz, channels: stream.channels, skipped: 0, prerollSamples: 0 },
      headers: flacHeaders(source, pages),
      samplesOf: (packet) => flacFrameSamples(packet),
      decode: (sound) => decodeFlacFrames(Buffer.concat(sound), stream, path),
    };
  }
  const name =
    latin1(first, 0, 8)
      .replaceAll(/[^\w ]/g, '')
      .trim() || 'unknown';
  throw new InputError(
    `${path} must hold Vorbis, Opus or FLAC, its Ogg stream is of another codec (${name}); convert it to WAV`,
  );
}

/** Packets before the first frame, which alone begins with 0xff. */
function flacHeaders(source: ByteSource, pages: readonly OggPage[]): number {
  let headers = 0;
  for (const { bytes } of oggPackets(source, pages)) {
    if (headers > 0 && bytes[0] === 0xff) break;
    headers++;
  }
  return headers;
}
