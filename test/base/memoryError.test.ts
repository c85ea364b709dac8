import { expect, test } from 'vitest';
import { InputError } from '../../src/base/inputError.ts';
import { orMemoryError } from '../../src/base/memoryError.ts';

test.each([
  ['std::bad_alloc', true],
  ['Exception during initialization: std::bad_alloc', true],
  ['bfc_arena.cc: Failed to allocate memory for requested buffer of size 123', true],
  ['Array buffer allocation failed', true],
  ['Invalid typed array length: 99999999999', true],
  ['WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance', true],
  ['ENOMEM: not enough memory, read', true],
  ['x is not a function', false],
  ['Invalid typed array length: -1', false],
  ['Invalid array length', false],
  ['the shape does not fit', false],
])('orMemoryError(%s)', (message, isMemory) => {
  const error = new RangeError(message);
  const told = orMemoryError(error);
  if (!isMemory) expect(told).toBe(error);
  else {
    expect(told).toBeInstanceOf(InputError);
    expect((told as Error).message).toMatch(
      /^memory must suffice for what is computed, there is too little of it; /,
    );
    expect((told as Error).cause).toBe(error);
  }
});

test('orMemoryError says how large a value may be on a device', () => {
  const error = new Error(
    'WebGPU validation failed. Binding size (212336640) of [Buffer (unlabeled)] is larger than the maximum storage buffer binding size (134217728).\n - While validating entries[2]',
  );
  const told = orMemoryError(error) as InputError;
  expect(told).toBeInstanceOf(InputError);
  expect(told.message).toBe(
    'a value of the graph must have ≤ 134217728 bytes, which the device reads at once, got 212336640; compute fewer or shorter sounds at a time',
  );
  expect(told.cause).toBe(error);
});

test('orMemoryError leaves sentences alone, and what is no error', () => {
  const sentence = new InputError('a.flac cannot be decoded (out of memory); get it again');
  expect(orMemoryError(sentence)).toBe(sentence);
  expect(orMemoryError('bad_alloc')).toBe('bad_alloc');
});
