import { expect, test } from 'vitest';
import { seriesColors, seriesSymbols } from '../../src/figures/series.ts';

test('seriesColors and seriesSymbols give seven series seven looks, and begin anew with the eighth', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  for (const { domain, range } of [seriesColors(names), seriesSymbols(names)]) {
    expect(domain).toEqual(names);
    expect(new Set(range).size).toBe(7);
    expect(range[7]).toBe(range[0]);
  }
});
