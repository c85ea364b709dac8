import { describe, test } from 'vitest';
import { skipBrowser } from './chromium.ts';
import { lookThrough } from './pageViews.ts';
import { studyPages } from './studyPages.ts';

describe.skipIf(skipBrowser)('views of the participant page in Chromium', () => {
  const pages = studyPages();

  test.each([
    ['enlarged to 200 %', { viewport: { width: 550, height: 400 } }],
    ['in dark colors', { viewport: { width: 1100, height: 800 }, colorScheme: 'dark' as const }],
  ])('the page %s needs no sideways scrolling and axe finds nothing', (name, view) =>
    lookThrough(pages, name, view),
  );
});
