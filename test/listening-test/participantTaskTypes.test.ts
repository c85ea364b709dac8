import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import type { Site } from '../../listening-test/session/site.ts';
import { skipBrowser } from './chromium.ts';
import { expectAccessible, listen, picture, press, toSound } from './personAtPage.ts';
import { off, responses, studyPages } from './studyPages.ts';

const inTask = (task: string, settings: object) => ({
  words: ['after', 'before'],
  practice: 0,
  catches: 0,
  config: { everyTask: task, screening: off, tasks: { [task]: settings } } as never,
});

const answersOf = async (site: Site) =>
  parse((await exportFiles(site, 'csv')).get('answers.csv')!, { columns: true }) as Record<string, string>[];

async function toFirst(page: Page): Promise<void> {
  await press(page, 'I agree and want to take part');
  await toSound(page, 'Almost done');
}

describe.skipIf(skipBrowser)('types of trials in Chromium with the autoplay gate on', () => {
  const pages = studyPages();

  test('a slider says nothing until it was moved, then its value is the answer', async () => {
    const settings = { style: 'slider', min: 0, max: 100, low: 'artificial', high: 'natural' };
    const { page, site } = await pages.open(inTask('rating', { settings }));
    await toFirst(page);
    await listen(page);
    await picture(page, 'slider');
    await expectAccessible(page, 'slider');
    await press(page, 'Answer');
    await page.getByText('Please move the slider.').waitFor();
    await page.getByRole('slider').press('ArrowRight');
    await press(page, 'Answer');
    await toSound(page, 'Almost done');
    expect(await responses(site)).toMatchObject([{ response: '["51"]' }]);
  });

  test('a scale by number keys, then confidence by number keys; the time is that of the first answer', async () => {
    const { page, site } = await pages.open(
      inTask('rating', {
        numberKeys: true,
        confidence: 4,
        settings: { max: 5, low: 'noise', high: 'music' },
      }),
    );
    await toFirst(page);
    await listen(page);
    await picture(page, 'scale');
    await expectAccessible(page, 'scale');
    await page.keyboard.press('9');
    await page.keyboard.press('4');
    await page.getByText('How sure are you?').waitFor();
    await picture(page, 'confidence');
    await expectAccessible(page, 'confidence');
    await page.waitForTimeout(1500);
    await page.keyboard.press('3');
    await toSound(page, 'Almost done');
    const [saved] = await responses(site);
    expect(saved).toMatchObject({ response: '["4"]', details: '{"confidence":3}' });
    expect(saved!.responded_at - saved!.started_at - saved!.rt_ms!).toBeGreaterThan(1500);
    expect((await answersOf(site))[0]).toMatchObject({ confidence: '3', late: 'false', label_order: '' });
  });

  test('the odd one out with shuffled buttons that the number keys press, as they stand', async () => {
    const { page, site } = await pages.open(inTask('odd-one-out', { shuffleLabels: true, numberKeys: true }));
    await toFirst(page);
    await listen(page);
    await picture(page, 'odd-one-out');
    await expectAccessible(page, 'odd-one-out');
    const shown = await page
      .getByRole('radio')
      .evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    expect([...shown].sort()).toEqual(['1', '2', '3']);
    await page.keyboard.press('2');
    await toSound(page, 'Almost done');
    const [saved] = await answersOf(site);
    expect(saved!['label_order']).toBe(shown.join(';'));
    expect(JSON.parse((await responses(site))[0]!.response)).toEqual([shown[1]]);
  });

  test('ABX with two plays: the sound may be heard again, times run from its last end, then no more', async () => {
    const { page, site } = await pages.open(inTask('abx', { plays: 2 }));
    await toFirst(page);
    await listen(page);
    const again = page.getByRole('button', { name: 'Play it again (1 left)' });
    await again.waitFor();
    await picture(page, 'abx-replay');
    await expectAccessible(page, 'replay');
    await page.waitForTimeout(1500);
    await again.click();
    await page.getByRole('button', { name: 'Played' }).waitFor();
    await page.getByRole('radio', { name: 'A', exact: true }).check();
    await press(page, 'Answer');
    await toSound(page, 'Almost done');
    const plays = await site.store.database.selectFrom('plays').select('valid').execute();
    expect(plays).toEqual([{ valid: 1 }, { valid: 1 }]);
    const [saved] = await responses(site);
    expect(saved).toMatchObject({ response: '["A"]', play_valid: 1 });
  });

  test('an answer that does not come in time is taken as none, and the next sound waits for the interval', async () => {
    const { page, site } = await pages.open(inTask('ab', { deadlineSeconds: 1, intervalSeconds: 2 }));
    await toFirst(page);
    await listen(page);
    await page.getByText('Please answer within 1 s.').waitFor();
    await expectAccessible(page, 'deadline');
    await toSound(page, 'Almost done');
    expect(await page.getByRole('button', { name: 'Play the sound' }).isDisabled()).toBe(true);
    expect(await responses(site)).toMatchObject([{ response: '[]', correct: 0, details: '{"late":true}' }]);
    await listen(page);
    await page.getByRole('radio', { name: 'B', exact: true }).waitFor();
    const [first, second] = await site.store.database.selectFrom('plays').select('begun_at').execute();
    expect(second!.begun_at - first!.begun_at).toBeGreaterThan(3000);
  });
});
