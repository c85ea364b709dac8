import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import type { Site } from '../../listening-test/session/site.ts';
import { skipBrowser } from './chromium.ts';
import { prolificId } from './client.ts';
import {
  choose,
  expectAccessible,
  listen,
  picture,
  press,
  rightAnswer,
  screen,
  toSound,
} from './personAtPage.ts';
import { off, responses, short, studyPages } from './studyPages.ts';

const compared = { task: 'same-different', target: 'same' };
const judged = (target: string) => ({ task: 'mood', target });
const moods = ['anger', 'calm', 'joy'];

/** Four sources compared with their originals, three judged in a task with three labels; all with practice and catch. */
const twoTasks = {
  words: ['after', 'before', 'house', 'river'],
  genres: moods,
  practice: 2,
  catches: 1,
  config: {
    screening: { ...off, level: true },
    practice: { withFeedback: 1, passMark: 2 },
    breaks: 1,
    recruitment: { platform: 'prolific', codes: { done: 'DONE1', screenedOut: 'OUT1' } },
    targets: Object.fromEntries([
      ...['after', 'before', 'house', 'river'].map((word) => [`source-${word}`, compared]),
      ...[0, 1, 2].map((i) => [`extra-after-${i}`, compared]),
      ...moods.map((mood) => [`source-${mood}`, judged(mood)]),
      ...moods.map((mood, i) => [`extra-anger-${i}`, judged(mood)]),
    ]),
  } as never,
};

describe.skipIf(skipBrowser)('same-different and choice in Chromium with the autoplay gate on', () => {
  const pages = studyPages();

  test('one participant goes through both tasks with a break and reloads, from consent to Prolific’s code; the export holds every answer; all of it is deleted on withdrawal', async () => {
    const address = (submission: string) =>
      `/?PROLIFIC_PID=${prolificId('abc')}&STUDY_ID=s&SESSION_ID=${submission}`;
    const { page, problems, site, failures, base } = await pages.open(twoTasks, { search: address('t1') });
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await screen(page, 'Set the volume');
    await press(page, 'Play the noise');
    await press(page, 'The volume is right: continue');
    const given = await answerAll(page, site);
    await press(page, 'Finish');
    await screen(page, 'Thank you, you are done');
    const finish = page.getByRole('link', { name: 'Finish' });
    expect(await finish.getAttribute('href')).toBe('https://app.prolific.com/submissions/complete?cc=DONE1');

    const files = await exportFiles(site, 'csv');
    const rows: Record<string, string>[] = parse(files.get('trials.csv')!, { columns: true });
    expect(rows.map(({ task, response }) => [task, response])).toEqual(given);
    const main = rows.filter(({ block }) => block === 'main');
    expect(main.map(({ source_id }) => source_id).sort()).toEqual(
      [...moods, ...twoTasks.words].map((label) => `source-${label}`).sort(),
    );
    for (const { task, condition, target, source_id } of main)
      expect(target, source_id).toBe(
        task === 'mood' ? source_id!.replace('source-', '') : condition === 'natural' ? 'same' : 'different',
      );
    for (const { response, target, correct } of rows) expect(correct).toBe(String(response === target));
    expect(
      rows.filter(({ block }) => block === 'practice').map(({ target, task }) => [task, target]),
    ).toEqual(
      expect.arrayContaining([
        ['same-different', 'same'],
        ['same-different', 'different'],
        ['mood', 'anger'],
        ['mood', 'calm'],
      ]),
    );
    const plays = await site.store.database.selectFrom('plays').selectAll().where('valid', '=', 0).execute();
    // The play that the reload cut short, and no other.
    expect(plays.map(({ reasons }) => reasons)).toEqual(['["unreported"]']);

    const { page: again } = await pages.visit(`${base}${address('t2')}`);
    await press(again, 'I agree and want to take part');
    await again.getByText('You have taken part in this study already').waitFor();
    await page.getByText('Withdraw').click();
    await press(page, 'Delete all my answers');
    await page.getByText('Your answers were deleted.').waitFor();
    expect(await responses(site)).toEqual([]);
    expect([problems, failures]).toEqual([[], []]);
  });

  test('who fails the practice is told so, gets the screened-out code and takes no list', async () => {
    const practice = { withFeedback: 0, passMark: 1 };
    const recruitment = { codes: { done: 'DONE1', screenedOut: 'OUT1' } };
    const { page, site } = await pages.open({ ...short({ practice, recruitment }), practice: 1, catches: 1 });
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    await press(page, 'I have no idea');
    await screen(page, 'Thank you; the study ends here for you');
    await page.getByText('The practice showed that the study would not work for you').waitFor();
    expect(await page.getByText('Your completion code').textContent()).toContain('OUT1');
    await picture(page, 'practice-failed');
    expect(await site.store.database.selectFrom('reservations').selectAll().execute()).toEqual([]);
  });

  test('a phone is sent to a computer, and is not told beforehand what the study is about', async () => {
    const screening = { ...off, mobile: 'refuse' };
    const { page } = await pages.open(
      { ...short(), config: { screening } as never },
      { view: { userAgent: 'Phone; Mobile' } },
    );
    await press(page, 'I agree and want to take part');
    await screen(page, 'You cannot take part now');
    await page.getByText('open the same link on a computer').waitFor();
    expect(await page.getByText('What this was about').count()).toBe(0);
  });

  test('a study that recruits through Prolific takes nobody without its ids', async () => {
    const { page, site } = await pages.open(
      short({ recruitment: { platform: 'prolific', codes: { done: 'DONE1' } } }),
    );
    await press(page, 'I agree and want to take part');
    await page.getByText('This study is open to those who come from Prolific').waitFor();
    await expectAccessible(page, 'refused');
    expect(await site.store.database.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });
});

/** Answers practice and main part, with reloads on the way; returns task and answer of each trial. */
async function answerAll(page: Page, site: Site): Promise<[task: string, response: string][]> {
  const given: [string, string][] = [];
  const reloads = new Set(['during', 'after']);
  let breaks = 0;
  const onWay = async (title: string) => {
    if (title !== 'Time for a break') return;
    breaks++;
    await checkVolume(page);
  };
  while (await toSound(page, 'Almost done', onWay)) {
    const isPractice = (await page.getByRole('heading', { level: 1 }).textContent())!.startsWith('Practice');
    if (!isPractice && reloads.delete('during')) {
      await reloadDuringPlay(page, site);
      await listen(page);
    } else {
      await listen(page);
      if (!isPractice && reloads.delete('after')) await reloadAfterPlay(page);
    }
    given.push(await answerOne(page, site, { isPractice, count: given.length }));
    await page.getByRole('button', { name: 'Answer' }).waitFor({ state: 'detached' });
  }
  expect([breaks, reloads.size]).toEqual([1, 0]);
  return given;
}

/** Right in practice; in the main part every third answer is wrong, or none where that can be said. */
async function answerOne(
  page: Page,
  site: Site,
  { isPractice, count }: { isPractice: boolean; count: number },
): Promise<[task: string, response: string]> {
  const labels = await page
    .getByRole('radio')
    .evaluateAll((all) => all.map((radio) => radio.getAttribute('value')!));
  const isCompared = labels.join() === 'same,different';
  if (!isCompared) expect(labels).toEqual(moods);
  const task = isCompared ? 'same-different' : 'mood';
  const unknown = page.getByRole('button', { name: 'I have no idea' });
  expect(await unknown.count()).toBe(isCompared ? 0 : 1);
  if (isPractice) {
    await picture(page, `answer-${task}`);
    await expectAccessible(page, task);
  }
  const right = await rightAnswer(site);
  if (isPractice || count % 3 > 0) {
    await choose(page, right);
    return [task, right];
  }
  if (!isCompared) {
    await unknown.click();
    return [task, ''];
  }
  const wrong = labels.find((label) => label !== right)!;
  await choose(page, wrong);
  return [task, wrong];
}

/** Reloads while the sound plays; the page must offer the sound again. */
async function reloadDuringPlay(page: Page, { store }: Site): Promise<void> {
  await press(page, 'Play the sound');
  const isBegun = async () =>
    (await store.database.selectFrom('plays').select('position').where('report', '=', '').execute()).length;
  await expect.poll(isBegun, { interval: 10 }).toBe(1);
  await page.reload();
  await toSound(page, 'Almost done');
}

/** Reloads between sound and answer; the answer is asked for, the sound is not played again. */
async function reloadAfterPlay(page: Page): Promise<void> {
  await page.reload();
  await page.getByText('You heard this sound before you left the page.').waitFor();
  expect(await page.getByRole('button', { name: 'Play the sound' }).count()).toBe(0);
}

/** Plays the noise in the break; nobody goes on while it sounds. */
async function checkVolume(page: Page): Promise<void> {
  await press(page, 'Play the noise');
  const go = page.getByRole('button', { name: 'Go on' });
  expect(await go.isDisabled()).toBe(true);
  await page.getByText('Play it again until the volume is right, then continue.').waitFor();
  await picture(page, 'break');
  await expectAccessible(page, 'break');
  expect(await go.isDisabled()).toBe(false);
}
