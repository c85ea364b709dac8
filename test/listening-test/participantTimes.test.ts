import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Site } from '../../listening-test/session/site.ts';
import { browsers } from './chromium.ts';
import { choose, listen, press, screen, toSound } from './personAtPage.ts';
import { off, responses, studyPages } from './studyPages.ts';

const study = {
  words: [],
  genres: ['jazz', 'polka', 'rock', 'techno'],
  practice: 0,
  catches: 0,
  seconds: 1,
  config: { screening: off, maxInvalidPlays: 10 } as never,
};

const playsOf = ({ store }: Site) =>
  store.database.selectFrom('plays').selectAll().orderBy('position').orderBy('attempt').execute();

/** Goes to the first sound. */
async function toFirst(page: Page): Promise<void> {
  await press(page, 'I agree and want to take part');
  await toSound(page, 'Almost done');
}

/** Answers by script in the very moment the form can be used, as fast as anybody could. */
const answerAtOnce = (page: Page) =>
  page.evaluate(() => {
    const tick = () => {
      const form = document.querySelector<HTMLFormElement>('form.answer');
      if (form && !form.hidden) {
        form.querySelector('input')!.click();
        form.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
      } else requestAnimationFrame(tick);
    };
    tick();
  });

const reports = '**/api/session/trials/*/plays';

describe.each(browsers)('what is measured in %s with the autoplay gate on', (browser, launch, skip) => {
  const pages = skip ? null! : studyPages(launch);

  test.skipIf(skip)(
    'the time to the answer is the listener’s: neither 3 s of latency nor an outage of 5 s is in it',
    async () => {
      const { page, site, problems } = await pages.open(study);
      await toFirst(page);
      const delays: ((route: Route) => Promise<void>)[] = [
        async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 3000));
          await route.continue();
        },
      ];
      await page.route(reports, (route) => (delays[0] ? delays[0](route) : route.continue()));
      // Presses again should the play stall on a busy machine.
      const answered = async () => {
        if (await page.getByText('The sound was interrupted.').isVisible())
          await press(page, 'Play the sound');
        return (await responses(site)).length;
      };
      await answerAtOnce(page);
      await press(page, 'Play the sound');
      await expect.poll(answered).toBe(1);
      await toSound(page, 'Almost done');
      const outageEnds = { at: 0 };
      delays[0] = async (route) => {
        outageEnds.at ||= Date.now() + 5000;
        await (Date.now() < outageEnds.at ? route.abort() : route.continue());
      };
      await answerAtOnce(page);
      await press(page, 'Play the sound');
      await page.getByText('The connection is lost.').waitFor();
      await expect.poll(answered).toBe(2);
      const saved = await responses(site);
      expect(saved).toHaveLength(2);
      for (const { rt_ms, form_ms, first_input_ms, play_valid, resumed, clock_jump_ms } of saved) {
        expect(rt_ms).toBeLessThan(2500);
        expect([play_valid, resumed]).toEqual([1, 0]);
        expect(form_ms).toBeLessThanOrEqual(first_input_ms!);
        expect(first_input_ms).toBeLessThanOrEqual(rt_ms!);
        // Both clocks are read one after the other, which a busy machine may draw out.
        expect(Math.abs(clock_jump_ms!)).toBeLessThan(1000);
      }
      for (const { report } of await playsOf(site)) {
        const { outputLatency, baseLatency, sampleRateHz } = JSON.parse(report);
        if (browser === 'Firefox') expect(outputLatency).toBeNull();
        else expect(outputLatency).toBeGreaterThanOrEqual(0);
        expect(baseLatency).toBeGreaterThanOrEqual(0);
        expect(sampleRateHz).toBeGreaterThan(0);
      }
      expect(problems.filter((text) => !/ERR_FAILED|NetworkError|Cross-Origin/.test(text))).toEqual([]);
    },
    120_000,
  );

  test.skipIf(skip)(
    'a play that the server finds invalid afterwards takes the answer back and is repeated',
    async () => {
      const { page, site } = await pages.open(study);
      await toFirst(page);
      // The first report of a whole play says on its way, late, that the page was hidden.
      await page.evaluate(() => {
        const send = window.fetch;
        window.fetch = async (url, options) => {
          if (!String(url).endsWith('/plays')) return send(url, options);
          const report = JSON.parse(String(options!.body));
          const isWhole = Math.abs(report.wallSeconds - (report.endedAt - report.scheduledAt)) < 0.1;
          if (!isWhole) return send(url, options);
          window.fetch = send;
          await new Promise((resolve) => setTimeout(resolve, 1500));
          return send(url, { ...options, body: JSON.stringify({ ...report, hidden: true }) });
        };
      });
      await listen(page);
      await choose(page, 'jazz');
      await page.getByText('The sound was interrupted.').waitFor();
      expect(await responses(site)).toEqual([]);
      await listen(page);
      await choose(page, 'rock');
      await toSound(page, 'Almost done');
      expect(await responses(site)).toMatchObject([{ response: '["rock"]', play_valid: 1 }]);
      const reasons = (await playsOf(site)).map((play) => play.reasons);
      expect([reasons.filter((reason) => reason.includes('hidden')), reasons.at(-1)]).toEqual([
        ['["hidden"]'],
        '[]',
      ]);
    },
    60_000,
  );

  test.skipIf(skip)(
    'a reload between sound and answer leaves a mark and no time; a clock that was set is noted',
    async () => {
      const { page, site } = await pages.open(study);
      await toFirst(page);
      await listen(page);
      await page.reload();
      await press(page, 'Start');
      await page.getByText('You heard this sound before you left the page.').waitFor();
      await choose(page, 'jazz');
      await toSound(page, 'Almost done');
      await listen(page);
      await page.evaluate(() => {
        const now = Date.now;
        Date.now = () => now() - 3_600_000;
      });
      await choose(page, 'jazz');
      await toSound(page, 'Almost done');
      const [first, second] = await responses(site);
      expect(first).toMatchObject({ resumed: 1, rt_ms: null, first_input_ms: null, form_ms: null });
      expect(second).toMatchObject({ resumed: 0, rt_ms: expect.any(Number) });
      expect(Math.round(second!.clock_jump_ms! / 1000)).toBe(-3600);
    },
    60_000,
  );

  test.skipIf(skip)(
    'three tabs at one trial: the newest goes on, the others fall silent and say so, every play that began counts',
    async () => {
      const { page, site, base } = await pages.open({ ...study, seconds: 5 });
      await toFirst(page);
      // Presses again where a busy machine did not let the sound through in time.
      const begins = async (tab: Page, plays: number) => {
        await press(tab, 'Play the sound');
        const begun = async () => {
          if (await tab.getByText('The browser blocked the sound.').isVisible())
            await press(tab, 'Play the sound');
          return (await playsOf(site)).length;
        };
        await expect.poll(begun, { interval: 10 }).toBe(plays);
      };
      await begins(page, 1);
      const second = await page.context().newPage();
      await second.goto(base);
      await screen(page, 'The study is open elsewhere');
      await toSound(second, 'Almost done');
      await begins(second, 2);
      const third = await page.context().newPage();
      await third.goto(base);
      await screen(second, 'The study is open elsewhere');
      await toSound(third, 'Almost done');
      await listen(third);
      await choose(third, 'jazz');
      await toSound(third, 'Almost done');
      const valid = (await playsOf(site)).map((play) => play.valid);
      expect(valid.length).toBeGreaterThanOrEqual(3);
      expect([valid.filter(Boolean), valid.at(-1)]).toEqual([[1], 1]);
      await press(page, 'Go on here instead');
      await toSound(page, 'Almost done');
      await screen(third, 'The study is open elsewhere');
    },
    60_000,
  );
});
