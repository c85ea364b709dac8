import { describe, expect, test } from 'vitest';
import { skipBrowser } from './chromium.ts';
import { prolificId } from './client.ts';
import { choose, listen, picture, press, rightAnswer, screen } from './personAtPage.ts';
import { off, studyPages } from './studyPages.ts';

describe.skipIf(skipBrowser)('screening in Chromium with the autoplay gate on', () => {
  const pages = studyPages();

  test.each(['antiphase', 'huggins'])(
    'a failed %s check ends the study with the screened-out code',
    async (headphones) => {
      const recruitment = { platform: 'prolific', codes: { done: 'DONE1', screenedOut: 'OUT1' } };
      const config = { screening: { ...off, headphones, attempts: 1 }, recruitment } as never;
      const search = `/?PROLIFIC_PID=${prolificId('abc')}&STUDY_ID=s&SESSION_ID=t`;
      const { page, problems, site } = await pages.open({ practice: 0, catches: 0, config }, { search });
      await press(page, 'I agree and want to take part');
      await press(page, 'Continue');
      await press(page, 'Start');
      for (let trial = 1; trial <= 6; trial++) {
        await screen(page, `Headphone check: sound ${trial} of 6`);
        await listen(page);
        await choose(page, (await rightAnswer(site)) === '1' ? '2' : '1');
      }
      await screen(page, 'Thank you; the study ends here for you');
      await picture(page, `screened-out-${headphones}`);
      const finish = page.getByRole('link', { name: 'Finish' });
      expect(await finish.getAttribute('href')).toBe('https://app.prolific.com/submissions/complete?cc=OUT1');
      expect(problems).toEqual([]);
    },
  );
});
