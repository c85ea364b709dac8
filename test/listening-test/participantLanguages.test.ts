import { describe, expect, test } from 'vitest';
import { skipBrowser } from './chromium.ts';
import { expectAccessible, picture } from './personAtPage.ts';
import { off, studyPages } from './studyPages.ts';

const study = (language: string) => ({
  words: [],
  genres: ['jazz', 'polka'],
  practice: 0,
  catches: 0,
  config: { language, title: 'Étude', screening: { ...off, level: true, demographics: true } } as never,
});

describe.skipIf(skipBrowser)('the participant page in other languages, in Chromium', () => {
  const pages = studyPages();

  test.each([
    ['de', 'ltr', 'Ich bin einverstanden und möchte teilnehmen', 'Rauschen abspielen', 'Klang abspielen'],
    ['zh', 'ltr', '我同意并愿意参加', '播放噪声', '播放声音'],
    ['ar', 'rtl', 'I agree and want to take part', 'Play the noise', 'Play the sound'],
  ])(
    '%s: %s, with its words on every screen up to the answer',
    async (language, direction, agree, noise, play) => {
      const { page, problems } = await pages.open(study(language), {
        view: { viewport: { width: 375, height: 700 } },
      });
      const look = async (where: string) => {
        await picture(page, `${language} ${where}`.replaceAll(' ', '-'));
        await expectAccessible(page, `${language} ${where}`);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          where,
        ).toBeLessThanOrEqual(0);
      };
      const primary = page.locator('button.primary:visible');
      await page.getByRole('button', { name: agree }).waitFor();
      const root = await page.evaluate(() => {
        const { lang, dir } = document.documentElement;
        return [lang, dir, getComputedStyle(document.querySelector('h1')!).direction];
      });
      expect(root).toEqual([language, direction, direction]);
      await look('consent');
      await primary.click();
      await primary.click();
      await page.getByRole('button', { name: noise }).click();
      await page.locator('button:visible:not(.primary):not(.quiet)').click();
      await page.locator('form.questions').waitFor();
      await look('questions');
      await page.locator('form.questions button').click();
      await primary.click();
      await look('sound');
      await page.getByRole('button', { name: play }).click();
      await page.locator('form.answer:visible').waitFor();
      await look('answer');
      expect(problems).toEqual([]);
    },
  );
});
