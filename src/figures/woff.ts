import { inflateSync } from 'node:zlib';

/**
 * Unpacks a WOFF 1.0 font into the TrueType file it holds.
 *
 * @param woff - Bytes of the `.woff` file.
 * @returns Bytes of the `.ttf` file.
 * @throws TypeError when the bytes are not WOFF 1.0.
 * @see W3C, WOFF File Format 1.0 (2012).
 */
export function trueTypeOfWoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF')
    throw new TypeError(
      `trueTypeOfWoff: woff must be WOFF 1.0, it begins with '${woff.toString('latin1', 0, 4)}'`,
    );
  const tableCount = woff.readUInt16BE(12);
  const tables = Array.from({ length: tableCount }, (_, i) => readTable(woff, 44 + 20 * i));
  const directory = Buffer.alloc(12 + 16 * tableCount);
  woff.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(tableCount, 4);
  const power = Math.floor(Math.log2(tableCount));
  directory.writeUInt16BE(16 * 2 ** power, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE(16 * (tableCount - 2 ** power), 10);
  let offset = directory.length;
  tables.forEach(({ tag, checksum, content }, i) => {
    const at = 12 + 16 * i;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(checksum, at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(content.length, at + 12);
    offset += padded(content).length;
  });
  return Buffer.concat([directory, ...tables.map(({ content }) => padded(content))]);
}

function readTable(woff: Buffer, at: number) {
  const [offset = 0, packedLength = 0, length = 0, checksum = 0] = [4, 8, 12, 16].map((field) =>
    woff.readUInt32BE(at + field),
  );
  const packed = woff.subarray(offset, offset + packedLength);
  return {
    tag: woff.toString('latin1', at, at + 4),
    checksum,
    content: packedLength < length ? inflateSync(packed) : packed,
  };
}

/** Tables begin at multiples of four bytes. */
function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
}
