import { describe, expect, test } from 'vitest';
import { skipBrowser } from './chromium.ts';
import {
  choose,
  consentAndVolume,
  expectAccessible,
  listen,
  picture,
  press,
  rightAnswer,
  screen,
  toSound,
  type,
} from './personAtPage.ts';
import { responses, studyPages } from './studyPages.ts';

describe.skipIf(skipBrowser)('a whole participant in Chromium with the autoplay gate on', () => {
  const pages = studyPages();

  test('a participant goes from consent to the end through both tasks, a failed headphone check and a reload; axe finds nothing on any screen', async () => {
    const { page, problems, site, failures } = await pages.open({
      genres: ['jazz', 'polka', 'techno'],
      config: { screening: { headphoneTrials: 3, antiphasePassMark: 3 } } as never,
    });
    const look = async (where: string) => {
      await picture(page, where);
      await expectAccessible(page, where);
    };
    await consentAndVolume(page, look);
    await screen(page, 'Headphone check');
    await look('headphones-start');
    await press(page, 'Start');
    for (let trial = 0; trial < 6; trial++) {
      if (trial === 3) {
        await page.getByText('That did not work.').waitFor();
        await press(page, 'Start');
      }
      await screen(page, `Headphone check: sound ${(trial % 3) + 1} of 3`);
      await listen(page);
      if (trial === 0) await look('headphones');
      const right = await rightAnswer(site);
      await choose(page, trial === 2 ? (right === '1' ? '2' : '1') : right);
    }
    await screen(page, 'A few questions');
    await look('questions');
    await page.getByLabel('Your age in years').fill('31');
    await page.getByRole('group', { name: 'What headphones do you use?' }).getByLabel('over-ear').check();
    await press(page, 'Continue');
    await screen(page, 'Practice');
    await look('practice');
    for (let trial = 0; await toSound(page, 'Almost done'); trial++) {
      if (trial < 2) await look(`sound-${trial}`);
      await listen(page);
      if (trial === 3) {
        // A reload after the sound and before the answer: the answer is asked for, the sound is not played again.
        await page.reload();
        await page.getByText('You heard this sound before you left the page.').waitFor();
        await look('after-reload');
      }
      const word = page.getByRole('combobox');
      if (await word.isVisible()) {
        if (trial === 3) await word.focus();
        await page.keyboard.type('e');
        if (trial < 2) await look(`answer-word-${trial}`);
        await word.fill('');
        await type(page, await rightAnswer(site));
      } else {
        if (trial < 4) await look(`answer-genre-${trial}`);
        await choose(page, await rightAnswer(site));
      }
      await page.getByRole('button', { name: 'Answer' }).waitFor({ state: 'detached' });
    }
    await look('comments');
    await page.getByLabel(/anything you want to tell us/).fill('<b>hello</b>');
    await press(page, 'Finish');
    await screen(page, 'Thank you, you are done');
    await look('end');
    const [session] = await site.store.database.selectFrom('sessions').selectAll().execute();
    expect(await page.getByText('Your code, in case you write to us').textContent()).toContain(session!.id);
    expect(session).toMatchObject({ state: 'complete' });
    const saved = await responses(site);
    expect(saved).toHaveLength(6 + 2 + 7 + 2);
    expect(saved.slice(6).every(({ correct, play_valid }) => correct === 1 && play_valid === 1)).toBe(true);
    const timed = saved.filter(({ resumed }) => resumed === 0);
    expect(timed).toHaveLength(saved.length - 1);
    expect(timed.every(({ rt_ms, first_input_ms }) => rt_ms! > 0 && (first_input_ms ?? 0) <= rt_ms!)).toBe(
      true,
    );
    expect(saved.find(({ resumed }) => resumed === 1)!.rt_ms).toBeNull();
    const plays = await site.store.database.selectFrom('plays').selectAll().execute();
    expect(plays.filter(({ valid }) => valid !== 1).map(({ reasons }) => reasons)).toEqual([]);
    expect(plays).toHaveLength(saved.length);
    expect([problems, failures]).toEqual([[], []]);
  });
});
