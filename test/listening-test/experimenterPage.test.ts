import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setAccount } from '../../listening-test/experimenter/accounts.ts';
import { createStudyServer } from '../../listening-test/server/createStudyServer.ts';
import { skipBrowser } from './chromium.ts';
import { fetchClip, joinStudy, reportPlay, runTo } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { expectAccessible, listen, picture, press, screen, toSound } from './personAtPage.ts';
import { testPassword } from './serveStudy.ts';
import { studyPages } from './studyPages.ts';

describe.skipIf(skipBrowser)('experimenter page in Chromium', () => {
  const pages = studyPages();

  test('shows counts and recognition, pauses, previews a trial, excludes and erases; axe finds nothing', async () => {
    const recruitment = { quota: 90, quotaPerList: 50 };
    const config = { screening: { headphones: 'off' }, recruitment } as never;
    const { answers, base, site, failures } = await pages.serve({ config });
    const targets = new Map(answers.stimuli.map(({ sha256, target }) => [sha256, target]));
    const done = await joinStudy(base);
    await runTo(base, done, null, (trial) => [targets.get(trial.clip.sha256)!]);
    const flagged = await joinStudy(base);
    await runTo(base, flagged, 'main');
    await fetchClip(base, flagged);
    await reportPlay(base, flagged, { hidden: true });
    const { page, problems } = await pages.visit(`${base}/experimenter`);
    await page.getByLabel('Password').fill('wrong password');
    await press(page, 'Log in');
    await page.getByText('This is not the password.').waitFor();
    await expectAccessible(page, 'login');
    await page.getByLabel('Password').fill(testPassword);
    await press(page, 'Log in');
    await screen(page, 'Listening study (folder study)');
    expect(await page.title()).toBe('Listening study (folder study): experimenter');
    await page.getByText('The study is open.').waitFor();
    const isOffered = (name: string) => page.getByRole('button', { name, exact: true }).isEnabled();
    const offered = async () => [await isOffered('Pause'), await isOffered('Open'), await isOffered('Close')];
    expect(await offered()).toEqual([true, false, true]);
    await page.getByText('The study: 90 complete wanted').waitFor();
    await page.getByText('Each list: 50 complete wanted').waitFor();
    await expectAccessible(page, 'dashboard');
    await picture(page, 'dashboard');
    const cut = page
      .locator('.scroll')
      .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth));
    expect(await cut).toEqual([]);
    const states = page.getByRole('row').nth(1);
    expect(await states.textContent()).toMatch(/^101/);
    const interval = page.getByRole('img').first();
    expect(await interval.getAttribute('aria-label')).toMatch(/interval from 0\.\d\d to 1\.00/);
    await page.getByRole('heading', { name: 'Flagged plays: 1' }).waitFor();
    await press(page, 'Pause');
    await page.getByText('The study is paused.').waitFor();
    expect(await offered()).toEqual([false, true, true]);
    await expect(joinStudy(base)).rejects.toThrow('503');
    await press(page, 'Open');
    await page.getByText('The study is open.').waitFor();
    const popup = page.waitForEvent('popup');
    await press(page, 'Preview this trial');
    const preview = await popup;
    await preview.getByText('Preview: nothing you do here is counted.').waitFor();
    await toSound(preview, 'Almost done');
    await listen(preview);
    await expectAccessible(preview, 'preview');
    await picture(preview, 'preview');
    await preview.close();
    const change = async (participant: string) => {
      await press(page, `Change ${participant}`);
      await page.getByRole('dialog').waitFor();
    };
    await change(done.state.participant);
    await page.getByLabel(/Reason of an exclusion/).fill('fell asleep');
    await expectAccessible(page, 'dialog');
    await press(page, 'Exclude');
    await change(flagged.state.participant);
    await press(page, /Erase everything/);
    await page.getByLabel(/cannot be undone/).fill('p0000000000');
    await press(page, 'Erase for good');
    await page.getByRole('dialog').waitFor();
    await page.getByLabel(/cannot be undone/).fill(flagged.state.participant);
    await expectAccessible(page, 'erasing');
    await press(page, 'Erase for good');
    await page.getByRole('heading', { name: 'Flagged plays: 0' }).waitFor();
    const { database } = site.store;
    expect(await database.selectFrom('exclusions').select(['session', 'reason']).execute()).toEqual([
      { session: done.state.participant, reason: 'fell asleep' },
    ]);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download CSV' }).click();
    expect((await download).suggestedFilename()).toBe('listening-study-csv.zip');
    await press(page, 'Log out');
    await page.getByLabel('Password').waitFor();
    const actions = await database.selectFrom('audit').select('action').orderBy('id').execute();
    expect(actions.map(({ action }) => action)).toEqual([
      'log in',
      'state',
      'state',
      'exclude',
      'erase',
      'export',
    ]);
    expect([problems, failures]).toEqual([[], []]);
  });

  test('says that it loads, and shows no empty tables, until the numbers are there', async () => {
    const { base } = await pages.serve({});
    const { page } = await pages.visit(`${base}/experimenter`);
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route('**/summary', async (route) => {
      await arrived;
      await route.continue();
    });
    await page.getByLabel('Password').fill(testPassword);
    await press(page, 'Log in');
    await page.getByText('Loading…').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(0);
    arrive();
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    expect(await page.getByText('Loading…').count()).toBe(0);
  });

  test('lists several studies with their states after one login, and leads into each; axe finds nothing', async () => {
    const folder = temporaryFolder();
    for (const id of ['music', 'words']) {
      const made = await makeStudy({ folder: temporaryFolder(), config: { id, title: `Study of ${id}` } });
      cpSync(made.folder, join(folder, id), { recursive: true });
    }
    setAccount(folder, 'anna', testPassword);
    const { url, close } = await createStudyServer(folder, { port: 0, pagesFolder: pages.folder() });
    onTestFinished(close);
    const { page, problems } = await pages.visit(`${url}/words/experimenter`);
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill(testPassword);
    await press(page, 'Log in');
    await screen(page, 'Study of words');
    await page.getByRole('link', { name: 'All studies' }).click();
    await screen(page, 'Studies');
    await page.getByText('Logged in as anna.').waitFor();
    await expectAccessible(page, 'studies');
    await page.getByRole('link', { name: 'Study of music' }).click();
    await screen(page, 'Study of music');
    await press(page, 'Close');
    await page.getByText('The study is closed.').waitFor();
    await page.getByText('Show the last 200 entries').click();
    await page.getByRole('cell', { name: 'anna' }).waitFor();
    await expect(joinStudy(`${url}/music`)).rejects.toThrow('closed');
    await joinStudy(`${url}/words`);
    const popup = page.waitForEvent('popup');
    await press(page, 'Preview the whole session');
    const preview = await popup;
    await preview.getByRole('button', { name: 'I agree and want to take part' }).waitFor();
    expect(problems).toEqual([]);
  });
});
