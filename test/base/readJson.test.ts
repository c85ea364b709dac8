import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';
import { parseJson, readJson } from '../../src/base/readJson.ts';
import { validated } from '../../src/base/validate.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const schema = z.strictObject({
  width: z.number().positive(),
  steps: z.int().min(1).max(5).default(1),
  share: z.number().lt(1).optional(),
  draw: z.strictObject({ kind: z.enum(['x', 'y']) }).optional(),
  list: z.array(z.string()).min(2).max(3).optional(),
  name: z.string().min(1).optional(),
  tasks: z.record(z.string(), z.strictObject({ isOn: z.boolean() })).default({}),
  code: z
    .string()
    .regex(/^[a-z]+$/, 'must be letters')
    .nullable()
    .prefault(null),
  version: z.literal(1).optional(),
});

test.each<[unknown, string]>([
  [{ width: -1 }, "field 'width' must be > 0, got -1"],
  [{}, "field 'width' must be a number, it is missing"],
  [{ width: 'x' }, 'field \'width\' must be a number, got "x"'],
  [{ width: Number.NaN }, "field 'width' must be a number, got NaN"],
  [{ width: 1, steps: 1.5 }, "field 'steps' must be a whole number, got 1.5"],
  [{ width: 1, steps: 0 }, "field 'steps' must be ≥ 1, got 0"],
  [{ width: 1, steps: 6 }, "field 'steps' must be ≤ 5, got 6"],
  [{ width: 1, share: 1 }, "field 'share' must be < 1, got 1"],
  [{ width: 1, draw: { kind: 'z' } }, 'field \'draw.kind\' must be one of x, y, got "z"'],
  [{ width: 1, draw: [] }, "field 'draw' must be an object, got an array"],
  [{ width: 1, draw: { kind: 'x', q: 1 } }, "field 'draw' must not hold q, which is unknown; known are kind"],
  [{ width: 1, list: ['a'] }, "field 'list' must have ≥ 2 entries, got 1"],
  [{ width: 1, list: ['a', 'b', 'c', 'd'] }, "field 'list' must have ≤ 3 entries, got 4"],
  [{ width: 1, list: ['a', {}] }, "field 'list.1' must be a string, got an object"],
  [{ width: 1, name: '' }, 'field \'name\' must have ≥ 1 characters, got ""'],
  [
    { width: 1, tasks: { a: { isOn: true, isof: 1 } } },
    "field 'tasks.a' must not hold isof, which is unknown; known are isOn",
  ],
  [{ width: 1, code: '1' }, 'field \'code\' must be letters, got "1"'],
  [{ width: 1, version: 2 }, "field 'version' must be 1, got 2"],
  [
    { width: 1, wdth: 2, b: 1 },
    'the whole must not hold wdth, b, which is unknown; known are width, steps, share, draw, list, name, tasks, code, version',
  ],
  [null, 'the whole must be an object, got null'],
  [[1], 'the whole must be an object, got an array'],
])('validated of %j says: %s', (value, sentence) => {
  expect(() => validated(schema, value, 'a.json')).toThrow(new InputError(`a.json: ${sentence}; correct it`));
});

test('validated fills in defaults and takes the remedy that it is given', () => {
  expect(validated(schema, { width: 2 }, 'a')).toEqual({ width: 2, steps: 1, tasks: {}, code: null });
  expect(() => validated(schema, 1, 'a', { remedy: 'make it anew' })).toThrow(
    'a: the whole must be an object, got 1; make it anew',
  );
});

test('readJson reads a file with or without a byte-order mark, and refuses what is no JSON, missing or wrong', () => {
  const path = join(temporaryFolder(), 'a.json');
  const read = (text: string) => {
    writeFileSync(path, text);
    return readJson(path, schema, { what: 'a plan', remedy: 'make it anew' });
  };
  expect(read('{"width": 2}').width).toBe(2);
  expect(read('\ufeff{"width": 2}').width).toBe(2);
  expect(() => read('{"width": 0}')).toThrow(/a\.json: field 'width' must be > 0, got 0; make it anew$/);
  expect(() => read('{"width": ')).toThrow(/a\.json must be a plan, it is not JSON \(.+\); make it anew$/);
  expect(() => readJson('/nowhere/a.json', schema)).toThrow(
    new InputError('/nowhere/a.json must be a JSON file, it does not exist; check the path'),
  );
  expect(() => parseJson('nonsense', 'line 3')).toThrow(/^line 3 must be JSON, it is not JSON/);
});
