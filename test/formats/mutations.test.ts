import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../src/base/inputError.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { describeOnnx } from '../../src/model/onnx/describeOnnx.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();
const architectures = join(import.meta.dirname, '../reference/architectures');

/** One to three bytes set, flipped or copied from elsewhere, or the end cut off. */
function mutated(original: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(original);
  for (let i = random.integer(3); i >= 0; i--) {
    const at = random.integer(bytes.length);
    const kind = random.integer(5);
    if (kind === 0) bytes[at] = random.integer(256);
    else if (kind === 1) bytes[at]! ^= 1 << random.integer(8);
    else if (kind === 2) bytes[at] = [0, 1, 127, 128, 255][random.integer(5)]!;
    else if (kind === 3) bytes.copyWithin(at, random.integer(bytes.length), random.integer(bytes.length));
    else return bytes.subarray(0, at);
  }
  return bytes;
}

/** What is wrong: an error that is not one sentence for the user. */
function violation(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof InputError ? undefined : error;
  }
}

test.each(['m5', 'unet', 'kell2018-traced', 'conformer', 'panns'])(
  'a damaged %s.onnx is described or refused in one sentence',
  (name) => {
    const random = createRandom(11);
    const original = readFileSync(join(architectures, `${name}.onnx`));
    const path = join(folder, `${name}.onnx`);
    for (let i = 0; i < 80; i++) {
      writeFileSync(path, mutated(original, random));
      expect(
        violation(() => describeOnnx(path)),
        `mutation ${i}`,
      ).toBeUndefined();
    }
  },
);

test('a damaged safetensors file is read or refused in one sentence', () => {
  const random = createRandom(12);
  const original = readFileSync(join(architectures, 'm5.safetensors'));
  const headerLength = 8 + Number(original.readBigUInt64LE(0));
  const path = join(folder, 'damaged.safetensors');
  for (let i = 0; i < 400; i++) {
    const header = mutated(original.subarray(0, headerLength), random);
    writeFileSync(path, Buffer.concat([header, original.subarray(headerLength)]));
    expect(
      violation(() => readSafetensors(path)),
      `mutation ${i}`,
    ).toBeUndefined();
  }
});
