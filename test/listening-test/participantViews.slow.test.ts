import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPages, launchChromium, openPage, skipBrowser } from './chromium.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import {
  consentAndVolume,
  expectAccessible,
  listen,
  picture,
  press,
  screen,
  toSound,
} from './personAtPage.ts';
import { serveStudy } from './serveStudy.ts';

const off = { headphones: 'off', level: false, demographics: false };
describe.skipIf(skipBrowser)('views of the participant page in Chromium', () => {
  let browser: Browser;
  let pagesFolder: string;
  beforeAll(async () => {
    pagesFolder = await buildPages(mkdtempSync(join(tmpdir(), 'metamer-pages-')));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(pagesFolder, { recursive: true, force: true });
  });

  const open = async (
    study: Partial<Parameters<typeof makeStudy>[0]>,
    options: { search?: string; view?: Parameters<typeof openPage>[2] } = {},
  ) => {
    const { folder } = await makeStudy({ folder: temporaryFolder(), ...study });
    const served = await serveStudy(folder, { pagesFolder });
    const opened = await openPage(browser, served.base + (options.search ?? ''), options.view);
    return { ...served, ...opened };
  };
  test.each([
    ['enlarged to 200 %', { viewport: { width: 550, height: 400 } }],
    ['in dark colors', { viewport: { width: 1100, height: 800 }, colorScheme: 'dark' as const }],
  ])(
    'the page %s needs no sideways scrolling and axe finds nothing',
    async (name, view) => {
      const study = {
        practice: 0,
        catches: 0,
        config: { screening: { ...off, level: true, demographics: true } } as never,
      };
      const { page } = await open(
        { ...study, genres: ['jazz', 'polka', 'rock', 'samba', 'techno'] },
        { view },
      );
      const look = async (where: string) => {
        await picture(page, `${name} ${where}`.replaceAll(' ', '-').replaceAll('%', ''));
        await expectAccessible(page, `${name}, ${where}`);
        const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        expect(widths[0], where).toBeLessThanOrEqual(widths[1]!);
      };
      await consentAndVolume(page, look);
      await screen(page, 'A few questions');
      await look('questions');
      await press(page, 'Continue');
      const seen = new Set<string>();
      while (seen.size < 2) {
        await toSound(page, 'Almost done');
        await listen(page);
        const isWord = await page.getByRole('combobox').isVisible();
        if (isWord) await page.keyboard.type('e');
        if (!seen.has(String(isWord))) await look(isWord ? 'word' : 'genre');
        if (isWord) await page.keyboard.press('Escape');
        seen.add(String(isWord));
        await press(page, 'I have no idea');
        await page.getByRole('button', { name: 'I have no idea' }).waitFor({ state: 'detached' });
      }
    },
    90_000,
  );
});
