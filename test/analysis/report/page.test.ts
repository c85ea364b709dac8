import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type axe from 'axe-core';
import { chromium, type Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { analysisOf } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { reportPage } from '../../../src/analysis/report/page.ts';
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

/** Pairs of horizontal labels of one figure that cover each other, and labels that its frame cuts. */
async function spoiledLabels(page: Page): Promise<string[]> {
  return page.locator('figure svg[role="img"]').evaluateAll((figures) =>
    figures.flatMap((figure) => {
      const frame = figure.getBoundingClientRect();
      const labels = [...figure.querySelectorAll<SVGTextElement>('text')]
        .filter((text) => text.getScreenCTM()!.b === 0 && text.textContent !== '')
        .map((text) => ({ name: text.textContent, box: text.getBoundingClientRect() }));
      const cut = labels.filter(
        ({ box }) =>
          box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1,
      );
      const covered = labels.flatMap(({ name, box }, i) =>
        labels.slice(i + 1).flatMap((other) => {
          const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          return width > 4 && height > 0 ? [`${name} | ${other.name}`] : [];
        }),
      );
      return [...cut.map(({ name }) => `cut: ${name}`), ...covered];
    }),
  );
}

/** Color and background of the first such element. */
function inks(page: Page, selector: string): Promise<string[]> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const { color, backgroundColor } = getComputedStyle(element);
      return [color, backgroundColor];
    });
}

describe('reportPage', () => {
  it('leaves out what is in short where there is nothing to say', () => {
    const results = {
      ...{ title: 'In noise', participants: 12, trials: 40, models: [], warnings: [], curves: [] },
      ...{ discrimination: [], crossModel: { correlations: [] }, inNoise: { comparisons: [] } },
    };
    expect(reportPage(results as never, [], [])).not.toContain('class="answer"');
  });

  it.each([
    ['logistic mixed model', 6, 'F(3, 20) = 2.00, p = .146 (mixed model)'],
    ['F test on proportions correct', 6, 'F(3, 20) = 2.00, p = .146 (variance over listeners and sources)'],
    ['logistic mixed model', Number.NaN, 'for new listeners and new sounds: not estimable.'],
  ])('names the test of its headline: %s, %d', (method, statistic, text) => {
    const headline = { effect: 'stage', method, statistic, degreesOfFreedom: 3, denominator: 20, p: 0.146 };
    const curve = {
      ...{ task: 'word', metamerModel: 'm', summaries: [], headline, anovaAsPublished: null },
      ...{ recognition: { levels: ['natural', 'top'] }, inference: { anovas: [] } },
    };
    const results = {
      ...{ title: 'Title', participants: 12, trials: 40, models: [], warnings: [], curves: [curve] },
      ...{ discrimination: [], crossModel: { correlations: [] }, inNoise: { comparisons: [] } },
    };
    expect(reportPage(results as never, [], [])).toContain(text);
  });
});

describe.skipIf(!existsSync(browserPath))('report.html in Chromium', () => {
  it('fits a phone, asks for nothing from elsewhere, axe finds nothing by day and by night, and paper is light', async () => {
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
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 120)}`);
        });
        expect(found).toEqual([]);
      }
      expect(await inks(page, 'body')).toEqual(['rgb(232, 232, 230)', 'rgb(32, 35, 38)']);
      expect(await inks(page, 'figure svg')).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(await spoiledLabels(page)).toEqual([]);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await inks(page, 'body')).toEqual(['rgb(26, 26, 26)', 'rgb(255, 255, 255)']);
      // Landscape A4 less its margins
      await page.setViewportSize({ width: 1032, height: 700 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1032);
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
