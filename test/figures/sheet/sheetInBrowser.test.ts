import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { cochleagramPicture } from '../../../src/figures/cochleagramFigure.ts';
import type { BatchRun } from '../../../src/figures/sheet/batchRuns.ts';
import { rowHtml, sheetPage } from '../../../src/figures/sheet/sheetPage.ts';
import { encodeFlac } from '../../../stimuli/encodeFlac.ts';
import { launchChromium, openPage, skipBrowser } from '../../listening-test/chromium.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const stages = ['conv1', 'conv2', 'conv3'];

function runOf(sound: string, stage: string, spearman: number): BatchRun {
  const criteria = { passed: spearman > 0.5, spearman, pearson: spearman, snrDb: 9, verdict: 'said' };
  return { path: `${sound}/${stage}`, record: { stage, criteria } as BatchRun['record'] };
}

async function pageOnDisk(): Promise<string> {
  const flac = await encodeFlac(
    Int16Array.from({ length: 40000 }, (_, t) => 9000 * Math.sin(t / 5)),
    20000,
  );
  const sound = {
    audio: `data:audio/flac;base64,${flac.toString('base64')}`,
    picture: cochleagramPicture([0, 1], { channels: 1, frames: 2 }, [0, 1]),
    durationSeconds: 2,
  };
  const row = (name: string, spearman: number) => {
    const runs = stages.map((stage) => runOf(name, stage, spearman));
    const cells = runs.map((run) => [run]);
    return rowHtml({ title: name, runs }, cells, {
      original: sound,
      of: new Map(runs.map((run) => [run, sound])),
    });
  };
  const rows = [row('a', 0.9), row('b', 0.1), row('c', 0.7)];
  const path = join(temporaryFolder(), 'sheet.html');
  writeFileSync(path, sheetPage({ title: 'Sheet', columns: stages, rows, introduction: '' }));
  return pathToFileURL(path).href;
}

test.skipIf(skipBrowser)(
  'a contact sheet opened from a disk plays, sorts, hides and fits a telephone',
  async () => {
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const url = await pageOnDisk();
    const { page, problems } = await openPage(browser, url, {
      ...{ viewport: { width: 375, height: 700 }, colorScheme: 'dark' },
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(22, 24, 26)');
    const metamer = page.getByRole('button', { name: 'Play: Metamer of conv1' }).first();
    await metamer.click();
    await page.waitForFunction("parseFloat(document.querySelector('[aria-pressed] .at')?.style.left) > 1");
    await page.getByRole('button', { name: 'Play: Original of b' }).click();
    expect(await metamer.getAttribute('aria-pressed')).toBe(null);
    const shown = () =>
      page.evaluate(
        "[...document.querySelectorAll('.sheet tbody tr')].filter((row) => !row.hidden).map((row) => row.dataset.name).join('')",
      );
    expect(await shown()).toBe('abc');
    await page.getByLabel('Sort this page by').selectOption('spearman');
    expect(await shown()).toBe('bca');
    await page.getByLabel('only sounds with a failed metamer').check();
    expect(await shown()).toBe('b');
    expect(problems).toEqual([]);
  },
);
