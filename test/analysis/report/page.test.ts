import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type axe from 'axe-core';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { analysisOf } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { writeReport } from '../../../src/analysis/report/writeReport.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';
import { temporaryFiles } from '../temporaryFiles.ts';

const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const { folder, write } = temporaryFiles();

async function reportPath(): Promise<string> {
  const curve = (thresholdDb: number) => ({ thresholdDb, deviationDb: 4, guess: 0.01, lapse: 0.02 });
  const noise = {
    backgrounds: { babble8: { human: curve(-3), model: curve(0) } },
    snrsDb: [-9, -3, 3],
    trials: 4,
  };
  const study = { ...smallStudy, participants: 6, sources: 48, answers: 48, noise };
  const table = await readTrials(write('trials.csv', trialsCsv(simulateTrials(study))));
  const analysis = analysisOf(table, parseAnalysisConfig({ permutations: 100, bootstrap: 1000 }));
  writeReport(join(folder, 'report'), table, analysis, { toolkit: '0.0.0', node: '20' });
  return join(folder, 'report', 'report.html');
}

describe.skipIf(!existsSync(browserPath))('report.html in Chromium', () => {
  it('fits a phone, asks for nothing from elsewhere, and axe finds nothing', async () => {
    const path = await reportPath();
    const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
      const requested: string[] = [];
      page.on('request', (request) => requested.push(request.url()));
      await page.goto(`file://${path}`);
      expect(requested).toEqual([`file://${path}`]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      expect(await page.locator('figure svg').count()).toBe(7);
      await page.evaluate(
        readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
      );
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 120)}`);
      });
      expect(found).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      // What is folded on the screen is on paper
      expect(
        await page
          .locator('details table')
          .first()
          .evaluate((table) => table.getBoundingClientRect().height),
      ).toBeGreaterThan(0);
    } finally {
      await browser.close();
    }
  });
});
