import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../src/formats/npy.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

// numpy.save of NumPy 2.4.6: array([[1,2,3],[4,5.5,-6]], '<f4') and array([0.1,-2e300], '<f8').
const numpyFloat32 =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAQAAAQEAAAIBAAACwQAAAwMA=';
const numpyFloat64 =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqamZmZmZm5P5x1AIg85Ef+';

test('writeNpy writes the bytes that numpy.save writes', () => {
  const path = join(temporaryFolder(), 'x.npy');
  writeNpy(path, Float32Array.of(1, 2, 3, 4, 5.5, -6), [2, 3]);
  expect(readFileSync(path).toString('base64')).toBe(numpyFloat32);
});

test('readNpy reads float32 and float64 of numpy.save in their own precision', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.npy'), Buffer.from(numpyFloat32, 'base64'));
  writeFileSync(join(folder, 'b.npy'), Buffer.from(numpyFloat64, 'base64'));
  expect(readNpy(join(folder, 'a.npy'))).toEqual({
    values: Float32Array.of(1, 2, 3, 4, 5.5, -6),
    shape: [2, 3],
  });
  expect(readNpy(join(folder, 'b.npy'))).toEqual({ values: Float64Array.of(0.1, -2e300), shape: [2] });
});

test('readNpy refuses integers, Fortran order, other files and a file that is cut off, each in one sentence', () => {
  const folder = temporaryFolder();
  const bytes = Buffer.from(numpyFloat32, 'base64');
  const changed = (from: string, to: string) =>
    Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
  const messageFor = (content: Buffer | string) => {
    const path = join(folder, 'x.npy');
    writeFileSync(path, content);
    try {
      readNpy(path);
      return 'no error';
    } catch (error) {
      return String(error).replace(path, 'x.npy');
    }
  };
  expect(messageFor(changed('<f4', '<i4'))).toBe(
    "InputError: x.npy must hold little-endian float32 or float64 in C order, it holds <i4; convert it with numpy.ascontiguousarray(x, '<f4')",
  );
  expect(messageFor(changed('False', 'True '))).toContain('it holds <f4 in Fortran order');
  expect(messageFor('hello')).toBe(
    'InputError: x.npy must be a .npy file, it does not begin as one; save it with numpy.save',
  );
  expect(messageFor(bytes.subarray(0, bytes.length - 8))).toBe(
    'InputError: x.npy must hold 6 values, 4 are there; it is cut off, save it again',
  );
});
