import { expect, test } from 'vitest';
import { secondTransform } from '../../cochlea/segmentTransforms.ts';

test.each([
  [40, 3 * 80 * 80, undefined],
  [41, 82 * 82, [3 * 41, 3 * 41]],
])(
  'secondTransform of %i segments holds %i numbers and, apart from them, a twiddle of %j',
  (segments, numbers, twiddle) => {
    const transform = secondTransform(3, segments);
    expect(transform.second).toHaveLength(numbers);
    expect(transform.twiddle?.map(({ length }) => length)).toEqual(twiddle);
  },
);
