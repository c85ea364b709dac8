import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';

/** Owners of colors: of data, of what is not data, of pages. */
const owners = ['figures/plot.ts', 'figures/figureStyle.ts', 'figures/pageInk.ts'];
/** Pages and charts with tints of their own. */
const others = [
  'figures/sheet/sheetStyle.ts',
  'analysis/report/page.ts',
  'analysis/report/figures/flowChart.ts',
];

test('figures take their inks and colors from their owners', () => {
  const root = packagePath('src');
  const own = readdirSync(root, { recursive: true })
    .map(String)
    .filter(
      (path) =>
        path.endsWith('.ts') && /['"`: ]#[0-9a-f]{3,8}\b/i.test(readFileSync(join(root, path), 'utf8')),
    )
    .filter((path) => ![...owners, ...others].includes(path.replaceAll('\\', '/')));
  expect(own).toEqual([]);
});
