import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../listening-test/pages/shared/sha256.ts';
import { createRandom } from '../../src/base/random.ts';

test('sha256Hex of "abc" is FIPS 180-4’s example', () => {
  const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(digest);
});

test('sha256Hex equals Node’s SHA-256 for every length from 0 to 200 and for 100000 bytes', () => {
  const random = createRandom(5);
  for (const length of [...Array(201).keys(), 100_000]) {
    const bytes = Uint8Array.from({ length }, () => random.integer(256));
    expect(sha256Hex(bytes), String(length)).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});
