import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPages, launchChromium, openPage, skipBrowser } from './chromium.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

describe.skipIf(skipBrowser)('participant page in Chromium with the autoplay gate on', () => {
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

  test('a participant goes from consent to the completion code', async () => {
    const { folder } = await makeStudy({
      folder: temporaryFolder(),
      config: { screening: { headphones: 'off' } } as never,
    });
    const { base, site, failures } = await serveStudy(folder, { pagesFolder });
    const { page, problems } = await openPage(browser, base);
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await press(page, 'Play the noise');
    await press(page, 'The volume is right: continue');
    await page.getByLabel('Your age in years').fill('31');
    await press(page, 'Continue');
    await heading(page).filter({ hasText: 'Practice' }).waitFor();
    for (let trial = 0; trial < 6; trial++) {
      const start = page.getByRole('button', { name: 'Start' });
      const play = page.getByRole('button', { name: 'Play the sound' });
      const next = page.getByRole('button', { name: /Continue|Go on/ });
      while (!(await play.isVisible())) {
        await start.or(play).or(next).first().waitFor();
        if (await start.isVisible()) await start.click();
        else if (await next.isVisible()) await next.click();
      }
      await play.click();
      await page.getByRole('combobox').pressSequentially('AFT');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByRole('combobox').waitFor({ state: 'detached' });
    }
    await heading(page).filter({ hasText: 'Almost done' }).waitFor();
    await press(page, 'Finish');
    await heading(page).filter({ hasText: 'Thank you, you are done' }).waitFor();
    expect(problems).toEqual([]);
    expect(failures).toEqual([]);
    const plays = await site.store.database.selectFrom('plays').selectAll().execute();
    expect(plays.map(({ valid, reasons }) => ({ valid, reasons }))).toEqual(
      Array.from({ length: 6 }, () => ({ valid: 1, reasons: '[]' })),
    );
  });
});
