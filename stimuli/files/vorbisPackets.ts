import { viewOf } from './byteSource.ts';
import { brokenHeader, checkShape } from './soundFile.ts';

/** What a Vorbis stream's headers say that is needed to know how long its packets last. */
export interface VorbisHeader {
  sampleRateHz: number;
  channels: number;
  /** Samples of a short and of a long block. */
  blocks: [number, number];
  /** Samples of the longest block. */
  longest: number;
  /** Whether each mode uses long blocks. */
  isLong: boolean[];
}

/**
 * Reads the identification and the setup header (Vorbis I specification, section 4.2).
 *
 * @param identification - The first packet.
 * @param setup - The third packet.
 * @param path - The file, for messages.
 */
export function vorbisHeader(identification: Uint8Array, setup: Uint8Array, path: string): VorbisHeader {
  if (identification.length < 30) throw brokenHeader(path, 'ogg');
  const channels = identification[11]!;
  const sampleRateHz = viewOf(identification).getUint32(12, true);
  checkShape(path, sampleRateHz, channels);
  const exponents = identification[28]!;
  const blocks: [number, number] = [2 ** (exponents & 15), 2 ** (exponents >> 4)];
  const isLong = modesOf(setup);
  if (isLong.length === 0 || blocks[0] > blocks[1] || blocks[1] > 8192) throw brokenHeader(path, 'ogg');
  return { sampleRateHz, channels, blocks, longest: blocks[1], isLong };
}

/**
 * The modes stand at the end of the setup header, behind codebooks that only a decoder can pass over; so they are read
 * from the end: a framing bit, then for each mode 8 bits of mapping, twice 16 zeros and the flag of long blocks, until 6
 * bits say how many there were.
 */
function modesOf(setup: Uint8Array): boolean[] {
  const bitAt = (at: number) => (setup[at >> 3]! >> (at & 7)) & 1;
  const number = (at: number, bits: number) => {
    let value = 0;
    for (let i = bits - 1; i >= 0; i--) value = value * 2 + bitAt(at + i);
    return value;
  };
  let at = setup.length * 8 - 1;
  while (at > 56 && bitAt(at) === 0) at--;
  const flags: boolean[] = [];
  let found: boolean[] = [];
  while (at - 41 - 6 >= 56 && flags.length < 64 && number(at - 40, 32) === 0 && number(at - 8, 8) < 64) {
    at -= 41;
    flags.unshift(bitAt(at) === 1);
    if (number(at - 6, 6) === flags.length - 1) found = [...flags];
  }
  return found;
}

/**
 * Counts what a decoder gives for packets one after the other: half of two neighboring blocks each, nothing for the first.
 *
 * @param header - Of their stream.
 * @returns Takes the packets in order, gives samples.
 */
export function vorbisPacketSamples({ blocks, isLong }: VorbisHeader): (packet: Uint8Array) => number {
  const modeMask = 2 ** Math.ceil(Math.log2(isLong.length)) - 1;
  let before = 0;
  return (packet) => {
    // Neither headers nor empty packets give sound.
    if (packet.length === 0 || packet[0]! & 1) return 0;
    const block = blocks[isLong[(packet[0]! >> 1) & modeMask] ? 1 : 0];
    const samples = before === 0 ? 0 : (before + block) / 4;
    before = block;
    return samples;
  };
}
