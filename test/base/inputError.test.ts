import { expect, test } from 'vitest';
import { InputError } from '../../src/base/inputError.ts';

const spelling = {
  name: (name: string) => `-${name}`,
  setting: (name: string, to: unknown) => `-${name}=${to}`,
};

test.each([
  ['x must be 1, got 2; give 1', {}, 'x must be 1, got 2; give 1', 'x must be 1, got 2; give 1'],
  ['must be 1; give 1', { option: 'x' }, 'x must be 1; give 1', '-x must be 1; give 1'],
  [
    'y is there; move it',
    { remedy: { force: true } },
    'y is there; move it, or set force: true',
    'y is there; move it, or -force=true',
  ],
  [
    'no z; get it',
    { remedy: { engine: 'tfjs' } },
    "no z; get it, or set engine: 'tfjs'",
    'no z; get it, or -engine=tfjs',
  ],
])(
  'InputError(%j, %j) tells options as code has them, and as a front end spells them',
  (text, details, message, told) => {
    const error = new InputError(text, details);
    expect([error.message, error.told(spelling)]).toEqual([message, told]);
  },
);
