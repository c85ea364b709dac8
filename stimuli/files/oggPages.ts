import { InputError } from '../../src/base/inputError.ts';
import { type ByteSource, findBytes, viewOf } from './byteSource.ts';
import { checksum32 } from './checksums.ts';
import { brokenHeader, cutOff } from './soundFile.ts';

/** A page of an Ogg stream (RFC 3533). */
export interface OggPage {
  /** Where it begins, bytes, and where its content begins and ends. */
  start: number;
  body: number;
  end: number;
  /** Position that the encoder gives to its end, samples; undefined when no packet ends on it. */
  granule: number | undefined;
  /** Lengths of its pieces, bytes; a packet ends with a piece below 255. */
  lacing: Uint8Array;
  isContinued: boolean;
  isFirst: boolean;
  isLast: boolean;
}

/** A packet, or the part of one that is there. */
export interface OggPacket {
  bytes: Uint8Array;
  /** Index of the page that it ends on. */
  page: number;
}

const mostPages = 2 ** 22;
const capture = new TextEncoder().encode('OggS');

/**
 * The pages of a file's first stream; what is between and behind them is skipped.
 *
 * @param source - The file.
 * @throws InputError when the last page is missing, or another recording follows.
 */
export function oggPages(source: ByteSource): OggPage[] {
  const pages: OggPage[] = [];
  let serial = -1;
  for (let at = 0; at < source.size && pages.length < mostPages; ) {
    const found = pageAt(source, at);
    if (!found) {
      at = findBytes(source, capture, at + 1);
      continue;
    }
    if (serial < 0) serial = found.serial;
    else if (found.page.isFirst && pages.at(-1)?.isLast)
      throw new InputError(
        `${source.path} must hold one recording, several follow one another (chained Ogg); convert it to WAV`,
      );
    if (found.serial === serial) pages.push(found.page);
    at = found.page.end;
  }
  if (pages.length === 0) throw brokenHeader(source.path, 'ogg');
  const last = pages.at(-1)!;
  if (!last.isLast || last.end > source.size) throw cutOff(source.path, 'its last page is missing');
  return pages;
}

function pageAt(source: ByteSource, start: number): { page: OggPage; serial: number } | undefined {
  const bytes = source.read(start, 27 + 255);
  if (bytes.length < 28 || !capture.every((byte, i) => bytes[i] === byte)) return undefined;
  const view = viewOf(bytes);
  const lacing = bytes.slice(27, 27 + bytes[26]!);
  const body = start + 27 + lacing.length;
  const flags = bytes[5]!;
  const granule = view.getUint32(6, true) + view.getUint32(10, true) * 2 ** 32;
  const page = {
    ...{ start, body, lacing },
    end: body + lacing.reduce((sum, length) => sum + length, 0),
    granule: granule >= 2 ** 63 ? undefined : granule,
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
  };
  return { page, serial: view.getUint32(14, true) };
}

/**
 * Packets that begin and end on some pages.
 *
 * @param source - The file.
 * @param pages - Pages one after the other.
 * @param options - `isChecked` compares the pages' checksums; `from` is the index of the first page.
 * @throws InputError when a page is damaged.
 */
export function* oggPackets(
  source: ByteSource,
  pages: readonly OggPage[],
  { isChecked = false, from = 0 } = {},
): Generator<OggPacket> {
  let parts: Uint8Array[] | undefined;
  for (const [index, page] of pages.entries()) {
    const bytes = source.read(page.start, page.end - page.start).slice();
    if (isChecked && checksum32(bytes, 22) !== viewOf(bytes).getUint32(22, true))
      throw cutOff(source.path, `the Ogg page at byte ${page.start} does not have its checksum`);
    if (!page.isContinued) parts = [];
    let at = page.body - page.start;
    for (const length of page.lacing) {
      parts?.push(bytes.subarray(at, at + length));
      at += length;
      if (length === 255) continue;
      if (parts) yield { bytes: joined(parts), page: from + index };
      parts = [];
    }
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/**
 * Where the sound of a stream begins and ends on the axis of what its decoder gives.
 *
 * @param positions - Samples that the decoder has given at the end of each page.
 * @param skipped - Samples at the beginning that the header says to drop.
 * @param path - The file, for messages.
 * @returns Samples before the sound, and its own.
 * @throws InputError when the pages hold much less than their positions say.
 */
export function oggExtent(
  pages: readonly OggPage[],
  positions: readonly number[],
  skipped: number,
  path: string,
): { leadingSamples: number; samples: number } {
  const first = pages.findIndex(
    ({ granule }, i) => granule !== undefined && granule > 0 && positions[i]! > 0,
  );
  const isOnly = first < 0 || pages[first]!.isLast;
  // A stream that was cut from a longer one begins late; one whose beginning is cut away begins before zero.
  const late = isOnly ? 0 : pages[first]!.granule! - positions[first]!;
  const leadingSamples = skipped + Math.max(0, -late);
  const end = (pages.findLast(({ granule }) => granule !== undefined)?.granule ?? 0) - late;
  const there = positions.at(-1)!;
  // The last block of a lossy codec may lack a little.
  if (end > there + missingAllowed)
    throw cutOff(
      path,
      `it promises ${end - leadingSamples} samples, ${Math.max(0, there - leadingSamples)} could be decoded`,
    );
  return { leadingSamples, samples: Math.max(0, Math.min(end, there) - leadingSamples) };
}

const missingAllowed = 2304;
