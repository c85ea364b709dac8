import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { hangMs } from '../hang.ts';
import { launchFirefox, skipFirefox } from './firefox.ts';

const candidates = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** The system's Chromium; undefined when there is none. */
const chromiumPath = candidates.find((path) => path !== undefined && existsSync(path));

/** Why browser tests do not run, or false. */
export const skipBrowser = chromiumPath
  ? false
  : 'no Chromium: set CHROMIUM_PATH to run the tests of the pages';

if (skipBrowser) process.stderr.write(`skipped: ${skipBrowser}\n`);

/** Bundles the pages into a folder, as `npm run build` does. */
export async function buildPages(folder: string): Promise<string> {
  const configFile = join(import.meta.dirname, '../../listening-test/pages/vite.config.ts');
  await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  return folder;
}

/** Sees to it that the pages are where `metamer serve` looks for them. */
export async function preparePages(): Promise<void> {
  const pages = packagePath('dist/pages');
  if (!existsSync(join(pages, 'participant.html'))) await buildPages(pages);
}

/** A browser with the autoplay gate on. */
export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    args: ['--no-sandbox', '--autoplay-policy=user-gesture-required'],
  });
  return browser;
}

/** Browsers by name, how each is started, and why it does not run. */
export const browsers: [name: string, launch: () => Promise<Browser>, skip: false | string][] = [
  ['Chromium', launchChromium, skipBrowser],
  ['Firefox', launchFirefox, skipFirefox],
];

/** A page that fails its test on any error of scripts or of the content security policy. */
export async function openPage(
  browser: Browser,
  url: string,
  options: {
    viewport?: { width: number; height: number };
    colorScheme?: 'light' | 'dark';
    userAgent?: string;
  } = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/the server responded with a status of/.test(message.text()))
      problems.push(message.text());
  });
  page.setDefaultTimeout(hangMs);
  await page.goto(url);
  return { page, problems };
}
