/** Containers that can be read, by the bytes they begin with. */
export const containerNames = ['wav', 'flac', 'mp3', 'ogg', 'npy'] as const;
/** Name of a container. */
export type ContainerName = (typeof containerNames)[number];

/** What a compressed or PCM file says about itself before it is decoded. */
export interface SoundHeader {
  container: Exclude<ContainerName, 'npy'>;
  /** `opus` needs another decoder than the rest. */
  codec: 'opus' | 'other';
  sampleRateHz: number;
  /** Samples a channel that the file promises; undefined where the format does not say. */
  promisedSamples?: number;
  /** Samples that the encoder put before the sound. */
  leadingSamples: number;
  /** Why the file is known to be incomplete, if it is. */
  defect?: string;
}

/**
 * Recognizes a container by its first bytes.
 *
 * @param bytes - The file's bytes.
 * @returns Its name, or undefined when it is none of {@link containerNames}.
 */
export function containerOf(bytes: Uint8Array): ContainerName | undefined {
  const begin = text(bytes, 0, 4);
  if (['RIFF', 'RF64', 'RIFX'].includes(begin) && text(bytes, 8, 4) === 'WAVE') return 'wav';
  if (begin === 'fLaC') return 'flac';
  if (begin === 'OggS') return 'ogg';
  if (text(bytes, 1, 5) === 'NUMPY' && bytes[0] === 0x93) return 'npy';
  if (begin.startsWith('ID3') || isMpegFrame(bytes, 0)) return 'mp3';
  return undefined;
}

/**
 * Reads rate and promised length from a sound file's header.
 *
 * @param bytes - The whole file.
 * @param container - What {@link containerOf} found.
 * @returns The header, or undefined when it breaks off before it says its rate.
 */
export function readSoundHeader(
  bytes: Uint8Array,
  container: SoundHeader['container'],
): SoundHeader | undefined {
  const readers = { wav: wavHeader, flac: flacHeader, mp3: mp3Header, ogg: oggHeader };
  const header = readers[container](bytes);
  return header && header.sampleRateHz > 0 ? header : undefined;
}

/**
 * A WAV file as decoders expect it: RF64 and files of streams, which leave their sizes open, get them.
 *
 * @param bytes - The whole file.
 * @returns The same bytes, or a copy with the sizes filled in.
 */
export function wavWithSizes(bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes);
  const isLittle = text(bytes, 0, 4) !== 'RIFX';
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, isLittle);
    if (text(bytes, at, 4) === 'data') {
      if (text(bytes, 0, 4) !== 'RF64' && size !== 0xffffffff && size !== 0) return bytes;
      const copy = bytes.slice();
      copy.set(new TextEncoder().encode(isLittle ? 'RIFF' : 'RIFX'));
      viewOf(copy).setUint32(4, bytes.length - 8, isLittle);
      viewOf(copy).setUint32(at + 4, Math.min(bytes.length - at - 8, size || 0xffffffff), isLittle);
      return copy;
    }
    at += 8 + size + (size % 2);
  }
  return bytes;
}

function wavHeader(bytes: Uint8Array): SoundHeader | undefined {
  const view = viewOf(bytes);
  let sampleRateHz = 0;
  let blockBytes = 0;
  let isPcm = false;
  const isLittle = text(bytes, 0, 4) !== 'RIFX';
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, isLittle);
    if (text(bytes, at, 4) === 'fmt ' && at + 24 <= bytes.length) {
      isPcm = [1, 3, 0xfffe].includes(view.getUint16(at + 8, isLittle));
      sampleRateHz = view.getUint32(at + 12, isLittle);
      blockBytes = view.getUint16(at + 20, isLittle);
    }
    if (text(bytes, at, 4) === 'data') {
      const header: SoundHeader = { container: 'wav', codec: 'other', sampleRateHz, leadingSamples: 0 };
      // A stream's writer cannot know the size and leaves 0xffffffff or 0.
      if (size === 0xffffffff || size === 0) return header;
      if (at + 8 + size > bytes.length)
        header.defect = `its header promises ${size} bytes of sound, ${bytes.length - at - 8} are there`;
      if (isPcm && blockBytes > 0) header.promisedSamples = Math.floor(size / blockBytes);
      return header;
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function flacHeader(bytes: Uint8Array): SoundHeader | undefined {
  if (bytes.length < 42) return undefined;
  // STREAMINFO: 20 bits of rate, 3 of channels, 5 of depth, 36 of length, from byte 18 on.
  const sampleRateHz = (bytes[18]! << 12) | (bytes[19]! << 4) | (bytes[20]! >> 4);
  const length = (bytes[21]! & 15) * 2 ** 32 + viewOf(bytes).getUint32(22);
  const header: SoundHeader = { container: 'flac', codec: 'other', sampleRateHz, leadingSamples: 0 };
  return length > 0 ? { ...header, promisedSamples: length } : header;
}

const mpegRatesHz = [44100, 48000, 32000];

function mp3Header(bytes: Uint8Array): SoundHeader | undefined {
  let at = 0;
  if (text(bytes, 0, 3) === 'ID3' && bytes.length > 10)
    at = 10 + (bytes[6]! << 21) + (bytes[7]! << 14) + (bytes[8]! << 7) + bytes[9]!;
  while (at + 4 < bytes.length && !isMpegFrame(bytes, at)) at++;
  if (at + 200 > bytes.length) return undefined;
  const version = (bytes[at + 1]! >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const sampleRateHz = mpegRatesHz[(bytes[at + 2]! >> 2) & 3]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const header: SoundHeader = { container: 'mp3', codec: 'other', sampleRateHz, leadingSamples: 0 };
  const isMono = bytes[at + 3]! >> 6 === 3;
  const side = at + 4 + (version === 3 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const tag = text(bytes, side, 4);
  if (tag !== 'Xing' && tag !== 'Info') return header;
  return { ...header, ...lameTag(bytes, side, version === 3 ? 1152 : 576) };
}

function lameTag(bytes: Uint8Array, tag: number, frameSamples: number): Partial<SoundHeader> {
  const flags = bytes[tag + 7]!;
  if (!(flags & 1)) return {};
  const frames = viewOf(bytes).getUint32(tag + 8);
  const extra =
    tag + 8 + (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  const delay = (bytes[extra + 21]! << 4) | (bytes[extra + 22]! >> 4);
  const padding = ((bytes[extra + 22]! & 15) << 8) | bytes[extra + 23]!;
  if (delay === 0) return { promisedSamples: frames * frameSamples };
  // A layer III decoder itself delays by 528 + 1 samples.
  return { promisedSamples: frames * frameSamples - delay - padding, leadingSamples: delay + 529 };
}

function oggHeader(bytes: Uint8Array): SoundHeader | undefined {
  const first = 27 + bytes[26]!;
  const isOpus = text(bytes, first, 8) === 'OpusHead';
  const isVorbis = text(bytes, first + 1, 6) === 'vorbis';
  if (first + 30 > bytes.length || !(isOpus || isVorbis)) return undefined;
  const sampleRateHz = isOpus ? 48000 : viewOf(bytes).getUint32(first + 12, true);
  const header: SoundHeader = {
    container: 'ogg',
    codec: isOpus ? 'opus' : 'other',
    sampleRateHz,
    leadingSamples: 0,
  };
  const last = lastOggPage(bytes);
  if (!last.isEnd) header.defect = 'its last page is missing';
  const preSkip = isOpus ? viewOf(bytes).getUint16(first + 10, true) : 0;
  if (last.granule > preSkip) header.promisedSamples = last.granule - preSkip;
  return header;
}

function lastOggPage(bytes: Uint8Array): { granule: number; isEnd: boolean } {
  let at = bytes.length - 27;
  while (at > 0 && text(bytes, at, 4) !== 'OggS') at--;
  if (at < 0) return { granule: 0, isEnd: false };
  const view = viewOf(bytes);
  let end = at + 27 + bytes[at + 26]!;
  for (let i = 0; i < bytes[at + 26]!; i++) end += bytes[at + 27 + i] ?? 0;
  const granule = view.getUint32(at + 6, true) + view.getUint32(at + 10, true) * 2 ** 32;
  return { granule, isEnd: (bytes[at + 5]! & 4) !== 0 && end <= bytes.length };
}

function isMpegFrame(bytes: Uint8Array, at: number): boolean {
  const [sync, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  const isLayerThree = sync === 0xff && (second & 0xe6) === 0xe2 && ((second >> 3) & 3) !== 1;
  return isLayerThree && third >> 4 !== 15 && third >> 4 !== 0 && ((third >> 2) & 3) !== 3;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
