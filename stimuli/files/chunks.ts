import { type ByteSource, latin1, viewOf } from './byteSource.ts';

/** A chunk of a RIFF-like file. */
export interface Chunk {
  /** Four letters. */
  id: string;
  /** Where its content begins, bytes. */
  start: number;
  /** Bytes of its content, as the file says; what the file says may be wrong. */
  size: number;
}

/**
 * The chunks of a WAV (RIFF, RIFX, RF64, BW64), W64 or AIFF file, up to and with the sound; those behind the sound
 * as far as they can be told from it.
 *
 * @param source - The file.
 * @returns In the order of the file.
 */
export function chunksOf(source: ByteSource): Chunk[] {
  if (latin1(source.read(0, 4), 0, 4) === 'riff') return w64Chunks(source);
  const isLittleEndian = !['RIFX', 'FORM'].includes(latin1(source.read(0, 4), 0, 4));
  return riffChunks(source, 12, isLittleEndian);
}

const mostChunks = 10_000;
/** Chunks that writers put behind the sound, and the two that every file has. */
const usualNames: readonly string[] =
  'fmt |data|LIST|id3 |ID3 |bext|iXML|axml|cue |smpl|inst|fact|PEAK|JUNK|junk|chna|acid|_PMX|afsp|DISP|ubxt|cart|umid|minf|elm1|regn'.split(
    '|',
  );

function riffChunks(source: ByteSource, from: number, isLittleEndian: boolean): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = from; at + 8 <= source.size && chunks.length < mostChunks; ) {
    const chunk = chunkAt(source, at, isLittleEndian);
    const longer = chunk.id === 'data' ? longSizeOf(source, chunks) : undefined;
    if (longer !== undefined && chunk.size === 0xffffffff) chunk.size = longer;
    chunks.push(chunk);
    const end = chunk.start + chunk.size;
    at = isOdd(chunk.size) && !isUnpadded(source, end) ? end + 1 : end;
  }
  return chunks;
}

const isOdd = (size: number) => size % 2 === 1;

function chunkAt(source: ByteSource, at: number, isLittleEndian: boolean): Chunk {
  const bytes = source.read(at, 8);
  return { id: latin1(bytes, 0, 4), start: at + 8, size: viewOf(bytes).getUint32(4, isLittleEndian) };
}

/** Whether a writer forgot the zero after an odd number of bytes: the next name begins at once. */
function isUnpadded(source: ByteSource, end: number): boolean {
  const bytes = source.read(end, 5);
  const isPad = bytes[0] === 0 || usualNames.includes(latin1(bytes, 1, 4));
  return !isPad && isName(latin1(bytes, 0, 4));
}

function isName(id: string): boolean {
  return /^[A-Za-z0-9_() -]{4}$/.test(id);
}

/** Size of the sound in the `ds64` chunk of RF64 and BW64, which has 64 bits. */
function longSizeOf(source: ByteSource, chunks: readonly Chunk[]): number | undefined {
  const long = chunks.find(({ id }) => id === 'ds64');
  const bytes = long && source.read(long.start, 16);
  if (!bytes || bytes.length < 16) return undefined;
  const size = viewOf(bytes).getBigUint64(8, true);
  return size > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(size);
}

/** W64 has names of 16 bytes that begin with the four letters, sizes of 64 bits with the head, and pads to 8 bytes. */
function w64Chunks(source: ByteSource): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 40; at + 24 <= source.size && chunks.length < mostChunks; ) {
    const bytes = source.read(at, 24);
    const size = Number(viewOf(bytes).getBigUint64(16, true)) - 24;
    const isOpen = size < 0 || size > Number.MAX_SAFE_INTEGER - at - 32;
    chunks.push({ id: latin1(bytes, 0, 4), start: at + 24, size: isOpen ? 0xffffffff : size });
    if (isOpen) break;
    at += 24 + Math.ceil(size / 8) * 8;
  }
  return chunks;
}

/** Sizes from here to 2 GiB are what writers of streams put down that cannot know better (SoX, eSpeak: 0x7ffff000). */
const streamSizeFrom = 0x7fff0000;
const streamSizeTo = 0x80000000;
/** How far before the end chunks behind a sound of unknown size are looked for, bytes. */
const searched = 2 ** 20;
/**
 * How many bytes of sound a chunk holds. Its size is believed unless it is one that writers of streams leave (0, all
 * ones, nearly 2 GiB) and the file says otherwise: then the sound goes on to the chunks behind it, or to the end.
 *
 * @param source - The file.
 * @param sound - Its chunk of sound.
 * @param options - Bytes of one sample of all channels; byte order of the sizes.
 * @returns Bytes; more than there are when the file is cut off.
 */
export function soundExtent(
  source: ByteSource,
  sound: Chunk,
  { frameBytes, isLittleEndian = true }: { frameBytes: number; isLittleEndian?: boolean },
): number {
  const there = source.size - sound.start;
  const isStreamSize =
    sound.size >= 0xffffff00 || (sound.size >= streamSizeFrom && sound.size <= streamSizeTo);
  const isOpen = sound.size === 0 || (isStreamSize && sound.size > there);
  if (!isOpen) return sound.size;
  if (endsInChunks(source, sound.start, isLittleEndian)) return 0;
  const from = Math.max(sound.start, source.size - searched);
  const tail = Buffer.from(source.read(from, source.size - from));
  const ends = usualNames.flatMap((name) => positions(tail, name).map((at) => from + at));
  const behind = ends.sort((a, b) => a - b).find((at) => endsInChunks(source, at, isLittleEndian));
  if (behind === undefined) return there;
  const bytes = behind - sound.start;
  // A pad before the first chunk is no sound.
  return frameBytes > 0 ? bytes - (bytes % frameBytes) : bytes;
}

function positions(bytes: Buffer, name: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) found.push(at);
  return found;
}

/** Whether well-formed chunks, at least one, fill the file from here on. */
function endsInChunks(source: ByteSource, from: number, isLittleEndian: boolean): boolean {
  let at = from;
  while (at + 8 <= source.size) {
    const { id, size } = chunkAt(source, at, isLittleEndian);
    if (!isName(id)) return false;
    const end = at + 8 + size;
    at = isOdd(size) && end < source.size && !isUnpadded(source, end) ? end + 1 : end;
  }
  return at > from && at === source.size;
}
