import { readFileSync } from 'node:fs';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Site } from '../../listening-test/session/site.ts';

/** Presses a button by its name. */
export const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

/** Waits for a screen by its heading. */
export const screen = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor();

/** Fails on any finding of axe, best practices included. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Evaluated by the debugger, which the content security policy of the page does not bind.
  await page.evaluate(readFileSync(axeFile, 'utf8'));
  const findings = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
  });
  expect(findings, where).toEqual([]);
}

const axeFile = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);

/** Saves a picture of the page when `SCREENSHOTS` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** Fails where a screen sticks out sideways on a phone, or axe finds something there: in dark colors, right to left. */
export async function expectNarrow(page: Page, where: string): Promise<void> {
  const before = page.viewportSize()!;
  const look = async (view: string) => {
    await picture(page, `${where}-${view}`);
    await expectAccessible(page, `${where}, ${view}`);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond, `${where}, ${view}`).toBeLessThanOrEqual(0);
  };
  await page.setViewportSize({ width: 375, height: 700 });
  await look('narrow');
  await page.emulateMedia({ colorScheme: 'dark' });
  await look('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  await look('right-to-left');
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'));
  await page.setViewportSize(before);
}

/** The right answer of the trial that is open in the only session there is. */
export async function rightAnswer(site: Site): Promise<string> {
  const { target } = await site.store.database
    .selectFrom('trials')
    .innerJoin('sessions', (join) =>
      join
        .onRef('sessions.id', '=', 'trials.session')
        .onRef('sessions.next_position', '=', 'trials.position'),
    )
    .select('trials.target')
    .orderBy('sessions.created_at', 'desc')
    .executeTakeFirstOrThrow();
  return target;
}

/** From the consent screen to the first screen after the volume. */
export async function consentAndVolume(page: Page, look?: (where: string) => Promise<void>): Promise<void> {
  await screen(page, 'Listening study');
  await look?.('consent');
  await press(page, 'I agree and want to take part');
  await screen(page, 'Welcome');
  await look?.('instructions');
  await press(page, 'Continue');
  await screen(page, 'Set the volume');
  await press(page, 'Play the noise');
  await page.getByRole('button', { name: 'The volume is right: continue' }).waitFor();
  await look?.('volume');
  await press(page, 'The volume is right: continue');
}

/** Goes on by whatever buttons come, until a sound can be played or a screen of that name is there. */
export async function toSound(
  page: Page,
  end: string,
  onWay: (title: string) => Promise<void> = async () => {},
): Promise<boolean> {
  const play = page.getByRole('button', { name: 'Play the sound' });
  const go = page.getByRole('button', { name: /^(Start|Continue|Go on)$/ });
  const last = page.getByRole('heading', { level: 1, name: end });
  for (;;) {
    await play.or(go).or(last).first().waitFor();
    if (await last.isVisible()) return false;
    if (await play.isVisible()) return true;
    await onWay((await page.getByRole('heading', { level: 1 }).textContent()) ?? '');
    await go.click();
  }
}

/** Plays the open sound until it may be answered: on a busy machine a play may stall, and is asked for again. */
export async function listen(page: Page): Promise<void> {
  const answer = page.getByRole('button', { name: 'Answer' });
  const again = page.getByText('The sound was interrupted.');
  await press(page, 'Play the sound');
  for (;;) {
    await page.getByText(/^(Loading|Listen)…$/).waitFor({ state: 'detached' });
    await answer.or(again).first().waitFor();
    if (await answer.isVisible()) return;
    await press(page, 'Play the sound');
  }
}

/** Chooses a button of a choice and answers. */
export async function choose(page: Page, label: string): Promise<void> {
  await page.getByRole('radio', { name: label, exact: true }).check();
  await press(page, 'Answer');
}

/** Types a word, takes the first match by keyboard, and answers by keyboard. */
export async function type(page: Page, word: string): Promise<void> {
  await page.keyboard.type(word);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
}
