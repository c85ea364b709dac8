import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import type { Site } from '../../listening-test/session/site.ts';
import { skipBrowser } from './chromium.ts';
import { expectAccessible, expectNarrow, listen, picture, press, toSound } from './personAtPage.ts';
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

  test('several sounds beside a reference: played at will, each heard and rated before it is answered; scores outlast a reload', async () => {
    const { page, site } = await pages.open(inTask('mushra', { settings: { anchorsHz: [3500] } }));
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await press(page, 'Start');
    const sounds = ['Reference', 'Sound 1', 'Sound 2', 'Sound 3', 'Sound 4'];
    await page.getByRole('button', { name: 'Reference' }).waitFor();
    await picture(page, 'mushra');
    await expectAccessible(page, 'mushra');
    await press(page, 'Answer');
    await page.getByText('Please listen to every sound first.').waitFor();
    for (const name of sounds) {
      const play = page.getByRole('button', { name, exact: true });
      // On a busy machine a play may stall, and is asked for again.
      for (let isHeard = false; !isHeard; ) {
        await play.click();
        const after = page.locator('button.heard, button.unheard').filter({ hasText: name });
        await after.waitFor();
        isHeard = (await after.getAttribute('class'))!.split(' ').includes('heard');
      }
    }
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
      await page.getByRole('slider').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(['100', '90', '80', '70']);
    await picture(page, 'mushra-rated');
    await expectNarrow(page, 'mushra');
    await press(page, 'Answer');
    await page.getByRole('heading', { level: 1, name: 'Main part: sound 2 of 2' }).waitFor();
    const [saved] = await responses(site);
    const { order, listens } = JSON.parse(saved!.details) as { order: number[]; listens: number[] };
    const scores = JSON.parse(saved!.response) as string[];
    expect(order.map((place) => scores[place - 1])).toEqual(['100', '90', '80', '70']);
    expect(listens.every((count) => count > 0)).toBe(true);
    expect(await site.store.database.selectFrom('plays').select('valid').execute()).toEqual([{ valid: 1 }]);
  });

  test('an answer during the sound counts from the sound’s start, and the sound goes on to its end', async () => {
    const { page, site } = await pages.open({
      ...inTask('ab', { answerDuring: true, numberKeys: true }),
      seconds: 1.5,
    });
    await toFirst(page);
    for (;;) {
      await press(page, 'Play the sound');
      await page.getByRole('radio', { name: 'B', exact: true }).or(page.getByRole('radio').last()).waitFor();
      await page.waitForTimeout(400);
      await page.keyboard.press('2');
      await toSound(page, 'Almost done');
      if ((await responses(site)).length > 0) break;
    }
    const [saved] = await responses(site);
    expect(saved).toMatchObject({ response: '["B"]', resumed: 0, form_ms: 0, play_valid: 1 });
    expect(saved!.rt_ms!).toBeGreaterThan(200);
    const [play] = await site.store.database.selectFrom('plays').selectAll().where('valid', '=', 1).execute();
    expect(JSON.parse(play!.report).bufferSeconds).toBeCloseTo(3.5, 2);
    expect(saved!.received_at - play!.begun_at).toBeGreaterThan(3400);
  });
});
