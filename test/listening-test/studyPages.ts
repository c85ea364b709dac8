import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Site } from '../../listening-test/session/site.ts';
import { buildPages, launchChromium, openPage } from './chromium.ts';
import { type MakeStudyOptions, makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

/** Screening with nothing in it. */
export const off = { headphones: 'off', level: false, demographics: false };

/** A study that goes from the instructions straight to the main part. */
export const short = (config: object = {}) => ({
  practice: 0,
  catches: 0,
  config: { screening: off, ...config } as never,
});

/** Bundled pages and a browser for the tests of one `describe`, closed after them. */
export function studyPages(launch: () => Promise<Browser> = launchChromium) {
  let browser: Browser;
  let pagesFolder: string;
  beforeAll(async () => {
    pagesFolder = await buildPages(mkdtempSync(join(tmpdir(), 'metamer-pages-')));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(pagesFolder, { recursive: true, force: true });
  });
  return {
    folder: () => pagesFolder,
    visit: (address: string) => openPage(browser, address),
    serve: async (study: Partial<MakeStudyOptions>, clock?: () => number) => {
      const made = await makeStudy({ folder: temporaryFolder(), ...study });
      return { ...made, ...(await serveStudy(made.folder, { pagesFolder, ...(clock ? { clock } : {}) })) };
    },
    /** Makes and serves a study, and opens its page. */
    async open(
      study: Partial<MakeStudyOptions>,
      { search = '', view }: { search?: string; view?: Parameters<typeof openPage>[2] } = {},
    ) {
      const served = await this.serve(study);
      return { ...served, ...(await openPage(browser, served.base + search, view)) };
    },
  };
}

/** All answers in order. */
export const responses = ({ store }: Site) =>
  store.database.selectFrom('responses').selectAll().orderBy('position').execute();
