import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createStudyServer } from '../../listening-test/server/createStudyServer.ts';
import { buildStudy } from '../../listening-test/study/buildStudy.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { joinStudy, runTo } from '../listening-test/client.ts';

/**
 * Pictures of the pages in the guides, in `docs/guides/media`, of the demo that `guideMedia.ts` made or took:
 *
 *     npx tsx test/bench/pagePictures.ts folder
 *
 * The participants of the dashboard are simulated. Needs Chromium, see CHROMIUM_PATH.
 */
const [, , folder] = process.argv;
if (!folder || !existsSync(join(folder, 'demo/sheet.html')))
  throw new Error('give the folder in which guideMedia.ts left the demo');
const password = 'correct horse battery';
const studies = mkdtempSync(join(folder, 'pages-'));
const words = await served('Which word was it?', 'demo/speech-no', ['speech-have', 'speech-twenty']);
const natural = ['speech-have', 'speech-twenty', 'music-march', 'music-hymn'];
const server = await served('Words and music', 'demo', natural);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});
try {
  await participantPages();
  await crowd();
  await dashboard();
  await sheet();
} finally {
  await browser.close();
  await Promise.all([words.close(), server.close()]);
}

async function served(title: string, runs: string, naturalSounds: string[]) {
  const study = join(studies, title);
  await buildStudy({
    runs: [join(folder!, runs)],
    naturalSounds,
    config: { title, screening: { headphones: 'off' } } as never,
    counts: { practice: 1, catch: 1 },
    folder: study,
  });
  return createStudyServer(study, { port: 0, password, requestsAMinute: 1e6 });
}

/** Of a study of words alone, as the guide's is. */
async function participantPages(): Promise<void> {
  const page = await open(`${words.url}/`, 620);
  await press(page, 'I agree and want to take part');
  await press(page, 'Continue');
  await press(page, 'Play the noise');
  await page.getByRole('button', { name: 'The volume is right: continue' }).waitFor();
  await save(page, 'participant-volume');
  await press(page, 'The volume is right: continue');
  await page.getByRole('heading', { name: 'A few questions' }).waitFor();
  await press(page, 'Continue');
  const play = page.getByRole('button', { name: 'Play the sound' });
  const go = page.getByRole('button', { name: /^(Start|Continue|Go on)$/ });
  do {
    await play.or(go).first().waitFor();
    if (await go.isVisible()) await go.click();
  } while (!(await play.isVisible()));
  await play.click();
  await page.getByRole('button', { name: 'Answer' }).waitFor();
  if (await page.getByRole('combobox').isVisible()) await page.keyboard.type('t');
  await save(page, 'participant-trial');
}

/** Six who give a right answer now and then. */
async function crowd(): Promise<void> {
  await Promise.all(
    Array.from({ length: 6 }, async (_, person) => {
      const somebody = await joinStudy(server.url);
      let trials = 0;
      await runTo(server.url, somebody, null, (trial) => {
        const labels = trial.task === 'word' ? ['no', 'have', 'twenty'] : ['techno', 'march', 'hymn'];
        return [labels[(trials++ + person) % labels.length]!];
      });
    }),
  );
}

async function dashboard(): Promise<void> {
  const page = await open(`${server.url}/experimenter`, 900);
  await page.getByLabel('Password').fill(password);
  await press(page, 'Log in');
  await page.getByText('The study is open.').waitFor();
  await save(page, 'experimenter');
}

async function sheet(): Promise<void> {
  const page = await open(`file://${join(folder!, 'demo/sheet.html')}`, 880);
  await page.setViewportSize({ width: 1100, height: 880 });
  await page.waitForTimeout(500);
  // Cochleagrams are noise to a PNG.
  const path = packagePath('docs/guides/media/sheet.jpg');
  await page.screenshot({ path, type: 'jpeg', quality: 80 });
}

async function open(url: string, height: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1000, height } });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  return page;
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name }).click();
}

function save(page: Page, name: string): Promise<unknown> {
  return page.screenshot({ path: packagePath(`docs/guides/media/${name}.png`) });
}
