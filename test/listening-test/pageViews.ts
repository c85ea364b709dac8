import { expect } from 'vitest';
import type { openPage } from './chromium.ts';
import {
  consentAndVolume,
  expectAccessible,
  listen,
  picture,
  press,
  screen,
  toSound,
} from './personAtPage.ts';
import { off, type studyPages } from './studyPages.ts';

/** Goes over every kind of screen in one view: axe must find nothing, and nothing may stick out sideways. */
export async function lookThrough(
  pages: ReturnType<typeof studyPages>,
  name: string,
  view: Parameters<typeof openPage>[2],
): Promise<void> {
  const study = {
    practice: 0,
    catches: 0,
    config: { screening: { ...off, level: true, demographics: true } } as never,
  };
  const { page } = await pages.open(
    { ...study, genres: ['jazz', 'polka', 'rock', 'samba', 'techno'] },
    { view },
  );
  const look = async (where: string) => {
    await picture(page, `${name} ${where}`.replaceAll(' ', '-').replaceAll('%', ''));
    await expectAccessible(page, `${name}, ${where}`);
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0], where).toBeLessThanOrEqual(widths[1]!);
  };
  await consentAndVolume(page, look);
  await screen(page, 'A few questions');
  await look('questions');
  await press(page, 'Continue');
  const seen = new Set<string>();
  while (seen.size < 2) {
    await toSound(page, 'Almost done');
    await listen(page);
    const isWord = await page.getByRole('combobox').isVisible();
    if (isWord) await page.keyboard.type('e');
    if (!seen.has(String(isWord))) await look(isWord ? 'word' : 'genre');
    if (isWord) await page.keyboard.press('Escape');
    seen.add(String(isWord));
    await press(page, 'I have no idea');
    await page.getByRole('button', { name: 'I have no idea' }).waitFor({ state: 'detached' });
  }
}
