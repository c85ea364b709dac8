import { InputError } from '../../src/base/inputError.ts';
import { viewOf } from './byteSource.ts';
import { brokenHeader, checkShape } from './soundFile.ts';
import { checkGrowth } from './webAudioDecoder.ts';

/** Identification header of Opus in Ogg (RFC 7845, section 5.1). */
export interface OpusHeader {
  channels: number;
  /** Samples at 48 kHz to drop at the beginning. */
  preSkip: number;
  streams: number;
  coupledStreams: number;
  mapping: number[];
}

/**
 * Reads the identification header.
 *
 * @param packet - The stream's first packet.
 * @param path - The file, for messages.
 * @throws InputError when it breaks off or its channels contradict each other.
 */
export function opusHeader(packet: Uint8Array, path: string): OpusHeader {
  if (packet.length < 19) throw brokenHeader(path, 'opus');
  const channels = packet[9]!;
  checkShape(path, 48000, channels);
  const preSkip = viewOf(packet).getUint16(10, true);
  const family = packet[18]!;
  if (family === 0 && channels <= 2)
    return {
      channels,
      preSkip,
      streams: 1,
      coupledStreams: channels - 1,
      mapping: channels === 2 ? [0, 1] : [0],
    };
  const [streams = 0, coupledStreams = 0] = packet.subarray(19, 21);
  const mapping = [...packet.subarray(21, 21 + channels)];
  const isValid =
    mapping.length === channels &&
    streams >= 1 &&
    coupledStreams <= streams &&
    streams + coupledStreams <= 255 &&
    mapping.every((stream) => stream === 255 || stream < streams + coupledStreams);
  if (!isValid) throw brokenHeader(path, 'opus');
  return { channels, preSkip, streams, coupledStreams, mapping };
}

/**
 * How long a packet lasts (RFC 6716, section 3.1).
 *
 * @returns Samples at 48 kHz; 0 for one that no decoder takes.
 */
export function opusPacketSamples(packet: Uint8Array): number {
  const [head, count = 0] = packet;
  if (head === undefined) return 0;
  const config = head >> 3;
  const frame =
    config < 12
      ? [480, 960, 1920, 2880][config & 3]!
      : config < 16
        ? 480 << (config & 1)
        : 120 << (config & 3);
  const frames = [1, 2, 2, count & 63][head & 3]!;
  return frame * frames <= 5760 ? frame * frames : 0;
}

/**
 * Decodes Opus packets.
 *
 * @param packets - One after the other.
 * @param header - Of their stream.
 * @param path - The file, for messages.
 * @returns Channels at 48 kHz, the first packets' preroll included.
 * @throws InputError when one of them is damaged.
 */
export async function decodeOpusPackets(
  packets: Uint8Array[],
  header: OpusHeader,
  path: string,
): Promise<Float32Array[]> {
  const { channels, streams, coupledStreams, mapping } = header;
  checkGrowth(path, channels * packets.reduce((sum, packet) => sum + opusPacketSamples(packet), 0));
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder({
    ...{ channels, streamCount: streams, coupledStreamCount: coupledStreams, channelMappingTable: mapping },
  });
  await decoder.ready;
  try {
    // What the decoder's memory for a packet holds.
    const sound = packets.filter(({ length }) => length > 0 && length <= 3840 * channels);
    const { channelData, errors } = withoutConsole(() => decoder.decodeFrames(sound));
    if (sound.length < packets.length || errors.length > 0)
      throw new InputError(
        `${path} cannot be decoded (${errors[0]?.message ?? 'an Opus packet has no possible length'}); get it again or convert it to WAV`,
      );
    return channelData;
  } finally {
    decoder.free();
  }
}

/** The decoder prints what it returns as well. */
function withoutConsole<T>(work: () => T): T {
  const { error } = console;
  console.error = () => {};
  try {
    return work();
  } finally {
    console.error = error;
  }
}
