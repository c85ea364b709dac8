import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { skipBrowser } from './chromium.ts';
import { prolificId } from './client.ts';
import { lookThrough } from './pageViews.ts';
import {
  expectAccessible,
  expectNarrow,
  listen,
  picture,
  press,
  screen,
  toSound,
  type,
} from './personAtPage.ts';
import { off, responses, short, studyPages } from './studyPages.ts';

describe.skipIf(skipBrowser)('participant page in Chromium with the autoplay gate on', () => {
  const pages = studyPages();

  test('nothing is asked before the whole sound was heard, and each sound is played once', async () => {
    const { page } = await pages.open({ ...short(), seconds: 1 });
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    const [play, field] = [page.getByRole('button', { name: 'Play the sound' }), page.getByRole('combobox')];
    expect(await field.isVisible()).toBe(false);
    await play.click();
    await page.getByText('Listen…').waitFor();
    expect(await field.isVisible()).toBe(false);
    await field.waitFor();
    expect(await page.getByRole('button', { name: 'Played' }).isDisabled()).toBe(true);
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
  });

  test('a play during which the page is hidden is flagged and repeated', async () => {
    const { page, site } = await pages.open({ ...short(), seconds: 1 });
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await press(page, 'Play the sound');
    await page.getByText('Listen…').waitFor();
    await hide(page);
    await page.getByText('The sound was interrupted.').waitFor();
    await picture(page, 'interrupted');
    await listen(page);
    const plays = await site.store.database
      .selectFrom('plays')
      .select(['attempt', 'reasons'])
      .orderBy('attempt')
      .execute();
    expect(plays).toEqual([
      { attempt: 1, reasons: '["hidden"]' },
      { attempt: 2, reasons: '[]' },
    ]);
  });

  test('an answer given while the server is away is kept over a reload and sent when it is back', async () => {
    const { page, site } = await pages.open(short());
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    let isAway = true;
    await page.route('**/api/session/trials/*', (route) =>
      isAway && route.request().method() === 'PUT' ? route.abort() : route.continue(),
    );
    await type(page, 'after');
    await page.getByText('The connection is lost.').waitFor();
    await picture(page, 'connection-lost');
    expect(await responses(site)).toEqual([]);
    isAway = false;
    await page.reload();
    await page
      .getByRole('button', { name: /Play the sound|Start|Go on/ })
      .first()
      .waitFor();
    expect(await responses(site)).toMatchObject([{ position: 0, response: '["after"]' }]);
  });

  test('the word field is a combobox: filters by folded text, preselects nothing, takes listed words only', async () => {
    const words = ['Élan', 'after', 'rafter', 'before'];
    const { page, site, problems } = await pages.open({ ...short(), words });
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    const field = page.getByRole('combobox');
    expect(await field.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.type('AFT');
    const options = page.getByRole('option');
    expect(await options.allTextContents()).toEqual(['after', 'rafter']);
    expect(await field.getAttribute('aria-activedescendant')).toBeNull();
    await page.getByText('2 matches').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('This is not on the list.').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await field.getAttribute('aria-activedescendant')).toBe('word-option-1');
    await page.keyboard.press('ArrowDown');
    expect(await field.getAttribute('aria-activedescendant')).toBe('word-option-0');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('rafter');
    expect(await field.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Escape');
    expect(await field.inputValue()).toBe('');
    await page.keyboard.type('e\u0301LAN');
    await page.keyboard.press('Enter');
    await field.waitFor({ state: 'detached' });
    expect(await responses(site)).toMatchObject([{ response: '["Élan"]', typed: 'e\u0301LAN' }]);
    await toSound(page, 'Almost done');
    await listen(page);
    await page.keyboard.type('bef');
    await page.getByRole('option', { name: 'before' }).click();
    expect(await page.getByRole('combobox').inputValue()).toBe('before');
    await press(page, 'Answer');
    await toSound(page, 'Almost done');
    await listen(page);
    await press(page, 'I have no idea');
    await toSound(page, 'Almost done');
    expect((await responses(site)).slice(1)).toMatchObject([
      { response: '["before"]' },
      { response: '[]', correct: 0 },
    ]);
    expect(problems).toEqual([]);
  });

  test('the genre task takes up to K choices', async () => {
    const config = { screening: off, tasks: { genre: { choose: 2 } } } as never;
    const { page, site } = await pages.open({
      practice: 0,
      catches: 0,
      words: [],
      genres: ['jazz', 'polka', 'rock', 'techno'],
      config,
    });
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    await press(page, 'Answer');
    await page.getByText('Please choose one to 2.').waitFor();
    for (const label of ['jazz', 'rock', 'polka']) await page.getByRole('checkbox', { name: label }).check();
    await press(page, 'Answer');
    await page.getByText('Please choose one to 2.').waitFor();
    await page.getByRole('checkbox', { name: 'rock' }).uncheck();
    await press(page, 'Answer');
    await toSound(page, 'Almost done');
    const [saved] = await responses(site);
    expect(saved!.response).toBe('["jazz","polka"]');
  });

  test('a session can be left at any time, with the answers deleted', async () => {
    const { page, site } = await pages.open(short());
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    await type(page, 'after');
    await toSound(page, 'Almost done');
    await press(page, 'Leave the study');
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'leave');
    await picture(page, 'leave');
    await press(page, 'Stop here; delete my answers');
    await screen(page, 'You have left the study');
    await page.getByText('Your answers were deleted.').waitFor();
    expect(await responses(site)).toEqual([]);
    await page.reload();
    await screen(page, 'Listening study');
  });

  test('who does not agree is sent away and nothing is stored', async () => {
    const { page, site } = await pages.open(short());
    await press(page, 'I do not agree');
    await page.getByText('nothing was stored').waitFor();
    expect(await site.store.database.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });

  test('without Web Audio another browser is asked for, before consent and in the middle of a session', async () => {
    const { page, site } = await pages.open(short());
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await page.addInitScript(() => Reflect.deleteProperty(window, 'AudioContext'));
    await page.reload();
    await screen(page, 'Another browser is needed');
    await expectNarrow(page, 'another-browser');
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await screen(page, 'Another browser is needed');
    const sessions = await site.store.database.selectFrom('sessions').select('state').execute();
    expect(sessions).toEqual([{ state: 'active' }]);
  });

  test.each([
    [403, 'closed', 'The study is closed; it takes no more participants.', false],
    [403, 'full', 'All places are taken just now; please try again in half an hour.', true],
    [503, 'paused', 'The study is paused; please come back later.', true],
  ])('a refusal (%i %s) says why (%s) and offers another try: %s', async (...refusal) => {
    const [status, error, why, helps] = refusal;
    const { page } = await pages.open(short());
    await page.route('**/api/sessions', (route) =>
      route.fulfill({ status, json: { error, message: error } }),
    );
    await press(page, 'I agree and want to take part');
    await screen(page, helps ? 'You cannot take part now' : /^You cannot take part$/);
    await page.getByText(why).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(helps);
    expect(await page.getByText('Everything you answered is saved.').count()).toBe(0);
  });

  test('a study that is paused meanwhile says that all answers are saved', async () => {
    const { page } = await pages.open(short());
    await press(page, 'I agree and want to take part');
    await screen(page, 'Welcome');
    await page.route('**/api/session/**', (route) =>
      route.fulfill({ status: 503, json: { error: 'paused', message: 'paused' } }),
    );
    await press(page, 'Continue');
    await screen(page, 'You cannot take part now');
    await page.getByText('Everything you answered is saved.').waitFor();
  });

  test('a second visit of the same person with another submission is refused kindly', async () => {
    const { page, base } = await pages.open(short(), {
      search: `/?PROLIFIC_PID=${prolificId('abc')}&STUDY_ID=s&SESSION_ID=t1`,
    });
    await press(page, 'I agree and want to take part');
    await screen(page, 'Welcome');
    const { page: second } = await pages.visit(
      `${base}/?PROLIFIC_PID=${prolificId('abc')}&STUDY_ID=s&SESSION_ID=t2`,
    );
    await press(second, 'I agree and want to take part');
    await second.getByText('You have taken part in this study already').waitFor();
  });

  test('MTurk’s preview cannot begin, and an accepted task ends with its form', async () => {
    const recruitment = { platform: 'mturk', codes: { done: 'DONE' } };
    const study = { ...short({ recruitment }), words: ['after', 'before'] };
    const preview = await pages.open(study, { search: '/?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=h' });
    await preview.page.getByText('This is a preview.').waitFor();
    expect(await preview.page.getByRole('button', { name: /agree/ }).count()).toBe(0);
    const search = `/?assignmentId=a1&hitId=h&workerId=A1B2C3D4E5&turkSubmitTo=${encodeURIComponent('https://workersandbox.mturk.com')}`;
    const { page } = await pages.open(study, { search });
    await press(page, 'I agree and want to take part');
    while (await toSound(page, 'Almost done')) {
      await listen(page);
      await type(page, 'after');
      await page.getByRole('combobox').waitFor({ state: 'detached' });
    }
    await press(page, 'Finish');
    await screen(page, 'Thank you, you are done');
    const form = page.locator('form');
    expect(await form.getAttribute('action')).toBe('https://workersandbox.mturk.com/mturk/externalSubmit');
    expect(await form.locator('[name=assignmentId]').inputValue()).toBe('a1');
    expect(await form.locator('[name=code]').inputValue()).toBe('DONE');
  });

  test('the page 320 px wide needs no sideways scrolling and axe finds nothing', async () => {
    await lookThrough(pages, '320 px wide', { viewport: { width: 320, height: 640 } });
  });
});

/** Hides the page as another tab in front of it does. */
async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    Object.defineProperty(document, 'visibilityState', { get: () => 'visible', configurable: true });
  });
}
