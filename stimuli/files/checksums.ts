const table8 = crcTable(8, 0x07);
const table16 = crcTable(16, 0x8005);
const table32 = crcTable(32, 0x04c11db7);

/** Table of a checksum whose highest bit comes first. */
function crcTable(bits: 8 | 16 | 32, polynomial: number): Uint32Array {
  const [top, mask] = [2 ** (bits - 1), 2 ** bits - 1];
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = (byte * 2 ** (bits - 8)) % 2 ** bits;
    for (let i = 0; i < 8; i++) {
      const isTop = rest >= top;
      rest = ((rest << 1) & mask) >>> 0;
      if (isTop) rest = ((rest ^ polynomial) & mask) >>> 0;
    }
    return rest;
  });
}

/** CRC-8 of a FLAC frame's head (polynomial 0x07). */
export function checksum8(bytes: Uint8Array): number {
  let rest = 0;
  for (const byte of bytes) rest = table8[rest ^ byte]!;
  return rest;
}

/** CRC-16 of a FLAC frame (polynomial 0x8005); 0 for a whole frame with its own checksum at the end. */
export function checksum16(bytes: Uint8Array): number {
  let rest = 0;
  for (const byte of bytes) rest = ((rest << 8) & 0xffff) ^ table16[(rest >> 8) ^ byte]!;
  return rest;
}

/**
 * CRC-32 of an Ogg page (polynomial 0x04c11db7).
 *
 * @param bytes - The page.
 * @param zeroFrom - Its own checksum, four bytes, counts as zero.
 */
export function checksum32(bytes: Uint8Array, zeroFrom: number): number {
  let rest = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = i >= zeroFrom && i < zeroFrom + 4 ? 0 : bytes[i]!;
    rest = ((rest << 8) ^ table32[(rest >>> 24) ^ byte]!) >>> 0;
  }
  return rest;
}
