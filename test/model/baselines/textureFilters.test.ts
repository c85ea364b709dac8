import { expect, test } from 'vitest';
import { constantQGains } from '../../../src/model/baselines/textureFilters.ts';

test('constantQGains: from the fourth to the fourth last center the squares add to 1 on average', () => {
  const binsHz = Array.from({ length: 8000 }, (_, i) => (i + 1) / 40);
  const gains = constantQGains(binsHz);
  const center = (n: number) => 0.5 * 400 ** (n / 19);
  const sums = binsHz.flatMap((hz, bin) =>
    hz >= center(3) && hz <= center(16) ? [gains.reduce((sum, gain) => sum + gain[bin]! ** 2, 0)] : [],
  );
  expect(sums.reduce((a, b) => a + b, 0) / sums.length).toBeCloseTo(1, 9);
});
