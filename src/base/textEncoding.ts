import { InputError } from './inputError.ts';

/** Encodings that text files come in. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The encoding of a text file: by its byte-order mark, else by where the zero bytes of its Latin letters stand.
 *
 * @param head - The file's first bytes, a line of them at least.
 * @returns `utf-8` where nothing speaks for another.
 */
export function textEncodingOf(head: Uint8Array): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] !== 0 && head[1] === 0) return 'utf-16le';
  return head[0] === 0 && head[1] !== 0 && head.length > 1 ? 'utf-16be' : 'utf-8';
}

/**
 * Decodes a text file piece by piece. Bytes that are not of the encoding are refused: which letters an older encoding
 * such as Latin-1 means cannot be told from its bytes, and a label with wrong letters would count as a wrong answer.
 *
 * @param encoding - From {@link textEncodingOf}.
 * @param path - The file, for the message.
 * @returns A function from bytes to text, without the byte-order mark; called without bytes it ends the text.
 */
export function textDecoder(encoding: TextEncoding, path: string): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let lines = 1;
  return (bytes) => {
    try {
      const text = decoder.decode(bytes, { stream: bytes !== undefined });
      for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines++;
      return text;
    } catch (cause) {
      const line = lines + (encoding === 'utf-8' ? soundLines(bytes) : 0);
      throw new InputError(
        `${path} line ${line}: the text must be ${encoding.toUpperCase()}, it holds bytes that are not (another encoding, such as Latin-1, or damage); save the file as UTF-8`,
        { cause },
      );
    }
  };
}

/** Number of lines at the beginning of a piece that are UTF-8; a letter may have begun in the piece before. */
function soundLines(bytes: Uint8Array = new Uint8Array()): number {
  let start = bytes.findIndex((byte) => byte >> 6 !== 0b10);
  for (let lines = 0; start >= 0; lines++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
  return 0;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
