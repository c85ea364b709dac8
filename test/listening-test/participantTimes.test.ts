import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Site } from '../../listening-test/session/site.ts';
import { hangMs } from '../hang.ts';
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

/** Answers by script in the very moment the form can be used; says how long that took from now on, ms of the page. */
const answerAtOnce = (page: Page) =>
  page.evaluate(() => {
    const from = performance.now();
    return new Promise<number>((resolve) => {
      const tick = () => {
        const form = document.querySelector<HTMLFormElement>('form.answer');
        if (!form || form.hidden) return void requestAnimationFrame(tick);
        form.querySelector('input')!.click();
        form.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
        resolve(performance.now() - from);
      };
      tick();
    });
  });

/** Longest that a report waits for its answer, ms: of a play that stalled there is none, and the next one waits for it. */
const patienceMs = hangMs / 5;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(browsers)('what is measured in %s with the autoplay gate on', (browser, launch, skip) => {
  const pages = skip ? null! : studyPages(launch);

  test.skipIf(skip)(
    'the time to the answer is the listener’s: neither 3 s of latency nor an outage of 5 s is in it',
    async () => {
      const { page, site, problems } = await pages.open(study);
      await toFirst(page);
      // Presses again should the play stall on a busy machine.
      const saved = async (count: number) => {
        const answered = async () => {
          if (await page.getByText('The sound was interrupted.').isVisible())
            await press(page, 'Play the sound');
          return (await responses(site)).length;
        };
        await expect.poll(answered).toBe(count);
      };
      const first = answerAtOnce(page);
      let wasAnswered = false;
      let outageEndsAt = Number.NaN;
      await page.route('**/api/session/trials/*/plays', async (route) => {
        if (Number.isNaN(outageEndsAt)) {
          // Answered, or not, before the server hears of the play: of several the last one counts.
          wasAnswered = await Promise.race([first.then(() => true), pause(patienceMs).then(() => false)]);
          await pause(3000);
          return route.continue();
        }
        outageEndsAt ||= Date.now() + 5000;
        return Date.now() < outageEndsAt ? route.abort() : route.continue();
      });
      await press(page, 'Play the sound');
      await saved(1);
      expect(wasAnswered, 'the form does not wait for the server').toBe(true);
      await toSound(page, 'Almost done');
      outageEndsAt = 0;
      const second = answerAtOnce(page);
      await press(page, 'Play the sound');
      await page.getByText('The connection is lost.').waitFor();
      await saved(2);
      const answers = await responses(site);
      const tookMs = [await first, await second];
      for (const [
        i,
        { rt_ms, form_ms, first_input_ms, play_valid, resumed, clock_jump_ms },
      ] of answers.entries()) {
        expect(rt_ms).toBeLessThan(tookMs[i]!);
        expect([play_valid, resumed]).toEqual([1, 0]);
        expect(form_ms).toBeLessThanOrEqual(first_input_ms!);
        expect(first_input_ms).toBeLessThanOrEqual(rt_ms!);
        // Both clocks are read one after the other, which a busy machine may draw out.
        expect(Math.abs(clock_jump_ms!)).toBeLessThan(60_000);
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
  );

  test.skipIf(skip)(
    'a play that the server finds invalid afterwards takes the answer back and is repeated',
    async () => {
      const { page, site } = await pages.open(study);
      await toFirst(page);
      // The first report of a whole play says on its way that the page was hidden, and comes after the answer.
      await page.evaluate((mostMs) => {
        const send = window.fetch;
        window.fetch = async (url, options) => {
          if (!String(url).endsWith('/plays')) return send(url, options);
          const report = JSON.parse(String(options!.body));
          const isWhole = Math.abs(report.wallSeconds - (report.endedAt - report.scheduledAt)) < 0.1;
          if (!isWhole) return send(url, options);
          window.fetch = send;
          await new Promise((resolve) => {
            document.addEventListener('submit', resolve, { capture: true, once: true });
            setTimeout(resolve, mostMs);
          });
          return send(url, { ...options, body: JSON.stringify({ ...report, hidden: true }) });
        };
      }, patienceMs);
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
      expect(Math.round(second!.clock_jump_ms! / 600_000)).toBe(-6);
    },
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
  );
});
