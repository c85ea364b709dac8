import type { Random } from '../../src/base/random.ts';

/** Numbers that formats mean something by, or that overflow what reads them. */
const wordsOf32 = [
  0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x7ffff000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Texts in place of a value of JSON or a cell of a table. */
const values = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1.5',
    '1e999',
    '-1e999',
    '1e-400',
    '9007199254740993',
    '4294967296',
    'NaN',
    '""',
  ],
  ...[
    '"a"',
    '"toString"',
    '"__proto__"',
    '"../../x"',
    '"\\u0000"',
    '[]',
    '{}',
    '[null]',
    '{"a":1}',
    '"é"',
    ',',
    ';',
  ],
];

/**
 * A changed copy of a file's bytes, one to three changes.
 *
 * @param bytes - A whole, right file.
 * @param random - Chooses the changes.
 * @returns The copy.
 */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  // A Buffer's slice is no copy.
  let result = Uint8Array.from(bytes);
  const isText = looksLikeText(bytes);
  for (let changes = 1 + random.integer(3); changes > 0; changes--) {
    const kinds = isText && random.uniform() < 0.7 ? textChanges : byteChanges;
    result = kinds[random.integer(kinds.length)]!(result, random);
  }
  return result;
}

type Change = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

function looksLikeText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 200).every((byte) => byte >= 32 || byte === 10 || byte === 13 || byte === 9);
}

/** Headers are where formats are decided: half of all changes are near the beginning. */
function place(bytes: Uint8Array, random: Random): number {
  const reach = random.uniform() < 0.5 ? Math.min(512, bytes.length) : bytes.length;
  return random.integer(Math.max(1, reach));
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]));
}

const byteChanges: readonly Change[] = [
  // A bit.
  (bytes, random) => {
    const copy = bytes.slice();
    if (copy.length > 0) copy[place(bytes, random)]! ^= 1 << random.integer(8);
    return copy;
  },
  // Four bytes, in either order.
  (bytes, random) => {
    const word = new DataView(new ArrayBuffer(4));
    word.setUint32(0, wordsOf32[random.integer(wordsOf32.length)]!, random.uniform() < 0.5);
    return spliced(bytes, place(bytes, random), 4, new Uint8Array(word.buffer));
  },
  // A byte.
  (bytes, random) => spliced(bytes, place(bytes, random), 1, Uint8Array.of(random.integer(256))),
  // The end is missing.
  (bytes, random) => bytes.slice(0, place(bytes, random)),
  // Something is missing.
  (bytes, random) => spliced(bytes, place(bytes, random), 1 + random.integer(40), new Uint8Array(0)),
  // Something stands there twice.
  (bytes, random) => {
    const at = place(bytes, random);
    return spliced(bytes, at, 0, bytes.slice(at, at + 1 + random.integer(200)));
  },
  // Zeros, in between or behind.
  (bytes, random) => {
    const at = random.uniform() < 0.3 ? bytes.length : place(bytes, random);
    return spliced(bytes, at, 0, new Uint8Array(1 + random.integer(5000)));
  },
  // Random bytes.
  (bytes, random) => {
    const added = Uint8Array.from({ length: 1 + random.integer(16) }, () => random.integer(256));
    return spliced(bytes, place(bytes, random), added.length, added);
  },
];

const textChanges: readonly Change[] = [
  // Another value in place of a number, a text or a word.
  (bytes, random) =>
    replacedToken(
      bytes,
      random,
      /-?\d+(\.\d+)?(e[-+]?\d+)?|"[^"\n]*"|true|false|null|[A-Za-z_]+/g,
      (token) => (random.uniform() < 0.2 ? `${token}${token}` : values[random.integer(values.length)]!),
    ),
  // A name is missing, or another one stands there.
  (bytes, random) =>
    replacedToken(bytes, random, /"[^"\n]*" *:/g, () =>
      random.uniform() < 0.5
        ? '"unknown":'
        : `${values.filter((value) => value.startsWith('"'))[random.integer(6)]}:`,
    ),
  // A bracket or separator less.
  (bytes, random) => replacedToken(bytes, random, /[[\]{},:;\n"]/g, () => ''),
  // A line twice, or less.
  (bytes, random) =>
    replacedToken(bytes, random, /[^\n]*\n/g, (line) => (random.uniform() < 0.5 ? line + line : '')),
];

function replacedToken(
  bytes: Uint8Array<ArrayBuffer>,
  random: Random,
  pattern: RegExp,
  replacement: (token: string) => string,
): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(bytes).toString('latin1');
  const tokens = [...text.matchAll(pattern)];
  const token = tokens[random.integer(Math.max(1, tokens.length))];
  if (!token) return bytes;
  const added = replacement(token[0]);
  return new Uint8Array(
    Buffer.from(text.slice(0, token.index) + added + text.slice(token.index + token[0].length), 'latin1'),
  );
}
