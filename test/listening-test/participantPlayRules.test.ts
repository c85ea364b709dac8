import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import { browsers } from './chromium.ts';
import { choose, expectAccessible, expectNarrow, listen, picture, press, toSound } from './personAtPage.ts';
import { off, responses, studyPages } from './studyPages.ts';

const inTask = (task: string, settings: object) => ({
  words: ['after', 'before'],
  practice: 0,
  catches: 0,
  config: { everyTask: task, screening: off, tasks: { [task]: settings } } as never,
});

async function toFirst(page: Page): Promise<void> {
  await press(page, 'I agree and want to take part');
  await toSound(page, 'Almost done');
}

describe.each(browsers)('tasks with rules of their own for plays, in %s', (browser, launch, skip) => {
  const pages = skip ? null! : studyPages(launch);
  const look = async (name: string, page: Page) => {
    if (browser !== 'Chromium') return;
    await picture(page, name);
    await expectAccessible(page, name);
  };

  test.skipIf(skip)(
    'several sounds beside a reference: played at will, each heard and rated before it is answered; what was heard and scored outlasts a reload',
    async () => {
      const { page, site } = await pages.open(inTask('mushra', { settings: { anchorsHz: [3500] } }));
      await press(page, 'I agree and want to take part');
      await press(page, 'Continue');
      await press(page, 'Start');
      const sounds = ['Reference', 'Sound 1', 'Sound 2', 'Sound 3', 'Sound 4'];
      await page.getByRole('button', { name: 'Reference' }).waitFor();
      await look('mushra', page);
      await press(page, 'Answer');
      await page.getByText('Please listen to every sound first.').waitFor();
      const hearWhole = async (name: string) => {
        const play = page.getByRole('button', { name, exact: true });
        // On a busy machine a play may stall, and is asked for again.
        for (let isHeard = false; !isHeard; ) {
          await play.click();
          const after = page.locator('button.heard, button.unheard').filter({ hasText: name });
          await after.waitFor();
          isHeard = (await after.getAttribute('class'))!.split(' ').includes('heard');
        }
      };
      for (const name of sounds.slice(0, 2)) await hearWhole(name);
      await page.reload();
      await press(page, 'Start');
      await page.locator('button.heard').nth(1).waitFor();
      expect(await page.locator('button.heard').allTextContents()).toEqual(sounds.slice(0, 2));
      for (const name of sounds.slice(2)) await hearWhole(name);
      await press(page, 'Answer');
      await page.getByText('Please rate every sound.').waitFor();
      for (const [i, name] of sounds.slice(1).entries()) {
        await page.getByRole('slider', { name, exact: true }).press('End');
        for (let down = 0; down < i; down++)
          await page.getByRole('slider', { name, exact: true }).press('PageDown');
      }
      await page.reload();
      await press(page, 'Start');
      await page.getByRole('slider').first().waitFor();
      expect(
        await page
          .getByRole('slider')
          .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
      ).toEqual(['100', '90', '80', '70']);
      if (browser === 'Chromium') await picture(page, 'mushra-rated');
      await expectNarrow(page, 'mushra');
      await press(page, 'Answer');
      await page.getByRole('heading', { level: 1, name: 'Main part: sound 2 of 2' }).waitFor();
      const [saved] = await responses(site);
      const { order, listens } = JSON.parse(saved!.details) as { order: number[]; listens: number[] };
      const scores = JSON.parse(saved!.response) as string[];
      expect(order.map((place) => scores[place - 1])).toEqual(['100', '90', '80', '70']);
      expect(listens.every((count) => count > 0)).toBe(true);
      expect(await site.store.database.selectFrom('plays').select('valid').execute()).toEqual([{ valid: 1 }]);
    },
  );

  test.skipIf(skip)(
    'an answer during the sound counts from the sound’s start, and the sound goes on to its end',
    async () => {
      const { page, site } = await pages.open({
        ...inTask('ab', { answerDuring: true, numberKeys: true }),
        seconds: 1.5,
      });
      await toFirst(page);
      for (;;) {
        await press(page, 'Play the sound');
        await page
          .getByRole('radio', { name: 'B', exact: true })
          .or(page.getByRole('radio').last())
          .waitFor();
        await page.waitForTimeout(400);
        await page.keyboard.press('2');
        await toSound(page, 'Almost done');
        if ((await responses(site)).length > 0) break;
      }
      const [saved] = await responses(site);
      expect(saved).toMatchObject({ response: '["B"]', resumed: 0, form_ms: 0, play_valid: 1 });
      expect(saved!.rt_ms!).toBeGreaterThan(200);
      const [play] = await site.store.database
        .selectFrom('plays')
        .selectAll()
        .where('valid', '=', 1)
        .execute();
      expect(JSON.parse(play!.report).bufferSeconds).toBeCloseTo(3.5, 2);
      expect(saved!.received_at - play!.begun_at).toBeGreaterThan(3400);
    },
  );

  test.skipIf(skip)('a staircase is climbed to its end, and its threshold exported', async () => {
    const staircase = { reversals: 2, averaged: 2, maxTrials: 4, sameShare: 0 };
    const { page, site } = await pages.open({
      ...inTask('same-different', { staircase }),
      words: ['after'],
      ordered: true,
    });
    await toFirst(page);
    for (let trial = 0; trial < 4; trial++) {
      await listen(page);
      await choose(page, 'same');
      await toSound(page, 'Almost done');
    }
    expect((await responses(site)).map(({ correct }) => correct)).toEqual([0, 0, 0, 0]);
    const table = (await exportFiles(site, 'csv')).get('thresholds.csv')!;
    expect(parse(table, { columns: true })).toMatchObject([{ ended_by: 'trials' }]);
  });
});
