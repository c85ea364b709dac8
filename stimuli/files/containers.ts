import { type ByteSource, latin1 } from './byteSource.ts';
import { id3Bytes, isMpegHead } from './mp3Sound.ts';

/** Name of a container that is read. */
export type ContainerName = 'wav' | 'w64' | 'aiff' | 'flac' | 'mp3' | 'ogg' | 'npy';

/** What a file is by its first bytes. */
export interface Recognized {
  container?: ContainerName;
  /** Name of a kind of sound that is known but not read. */
  foreign?: string;
  /** Where it begins: behind a tag that some programs put before it, bytes. */
  start: number;
}

/** First bytes of sounds that are not read. */
const foreignKinds: readonly (readonly [at: number, letters: string, name: string])[] = [
  [4, 'ftyp', 'M4A or MP4'],
  [0, 'caff', 'CAF'],
  [0, '.snd', 'AU'],
  [0, '\x30\x26\xb2\x75', 'WMA'],
  [0, '\x1a\x45\xdf\xa3', 'WebM or Matroska'],
  [0, '#!AMR', 'AMR'],
  [0, 'wvpk', 'WavPack'],
  [0, 'MAC ', "Monkey's Audio"],
  [0, 'DSD ', 'DSD'],
  [0, 'FRM8', 'DSD'],
  [0, 'NIST_1A', 'NIST SPHERE'],
  [0, 'MThd', 'MIDI'],
  [0, '\xff\xf1', 'AAC'],
  [0, '\xff\xf9', 'AAC'],
];

/**
 * Recognizes a file by its first bytes.
 *
 * @param source - The file.
 */
export function recognize(source: ByteSource): Recognized {
  const start = id3Bytes(source);
  const bytes = source.read(start, 64).slice();
  const container = containerAt(bytes, start > 0);
  if (container) return { container, start: container === 'mp3' ? 0 : start };
  const foreign = foreignKinds.find(([at, letters]) => latin1(bytes, at, letters.length) === letters)?.[2];
  return foreign === undefined ? { start } : { foreign, start };
}

function containerAt(bytes: Uint8Array, isTagged: boolean): ContainerName | undefined {
  const begin = latin1(bytes, 0, 4);
  const kind = latin1(bytes, 8, 4);
  if (['RIFF', 'RF64', 'BW64', 'RIFX'].includes(begin) && kind === 'WAVE') return 'wav';
  if (begin === 'riff' && latin1(bytes, 24, 4) === 'wave') return 'w64';
  if (begin === 'FORM' && (kind === 'AIFF' || kind === 'AIFC')) return 'aiff';
  if (begin === 'fLaC') return 'flac';
  if (begin === 'OggS') return 'ogg';
  if (latin1(bytes, 1, 5) === 'NUMPY' && bytes[0] === 0x93) return 'npy';
  return isTagged || isMpegHead(bytes) ? 'mp3' : undefined;
}
