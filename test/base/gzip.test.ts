import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpacked, unpackedPieces } from '../../src/base/gzip.ts';
import { readCsvTable, streamCsv } from '../../src/base/readCsv.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const mebibyte = 2 ** 20;

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** The bytes of a packed file, whole and in pieces, which must agree; or the sentence. */
async function unpackBoth(bytes: Uint8Array, most: number): Promise<number | string> {
  const collected: Uint8Array[] = [];
  const collect = async () => {
    for await (const piece of unpackedPieces(inPieces(bytes, 100), 't.csv.gz', most)) collected.push(piece);
    return Buffer.concat(collected).length;
  };
  const streamed = await collect().catch((error: Error) => error.message);
  const attempt = () => {
    try {
      return unpacked(bytes, 't.csv.gz', most).length;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(attempt()).toBe(streamed);
  return streamed;
}

describe('a packed file', () => {
  const packed = gzipSync(Buffer.alloc(3 * mebibyte, 'a'));

  it('may hold as much as the limit, in memory and as a stream', async () => {
    expect(await unpackBoth(packed, 3 * mebibyte)).toBe(3 * mebibyte);
  });

  it('is refused when it holds more: a small file can hold any number of bytes', async () => {
    expect(packed.length).toBeLessThan(10_000);
    expect(await unpackBoth(packed, 3 * mebibyte - 1)).toBe(
      't.csv.gz: a packed table must hold at most 3 MiB, it holds more; give the table unpacked if it is meant',
    );
  });
});

describe('a name that ends in .gz', () => {
  it.each(['t.csv.gz', 'T.CSV.GZ'])('%s must be kept by the file', async (name) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, 'a,b\n1,2\n');
    const sentence = `${path}: a file named .gz must be gzip, it is not; rename it, or pack it again`;
    expect(() => readCsvTable(path)).toThrow(sentence);
    await expect(streamCsv(path, () => () => {})).rejects.toThrow(sentence);
  });

  it('is not needed', () => {
    const path = join(temporaryFolder(), 'gz');
    writeFileSync(path, gzipSync('a,b\n1,2\n'));
    expect(readCsvTable(path).rows).toEqual([['1', '2']]);
  });
});
