import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import { skipBrowser } from './chromium.ts';
import { temporaryFolder } from './makeStudy.ts';
import {
  expectAccessible,
  expectNarrow,
  listen,
  picture,
  press,
  screen,
  toSound,
  type,
} from './personAtPage.ts';
import { short, studyPages } from './studyPages.ts';

describe.skipIf(skipBrowser)('surveys of jsPsych plugins in Chromium', () => {
  const pages = studyPages();

  test('surveys of jsPsych plugins stand before and after the trials and are saved', async () => {
    const ask = (prompt: string) => ({
      type: 'survey-text',
      parameters: { questions: [{ prompt, name: 'mood', required: true }] },
    });
    const likert = {
      type: 'survey-likert',
      parameters: { questions: [{ prompt: 'Was it hard?', labels: ['no', 'yes'], required: true }] },
    };
    const { page, site, problems } = await pages.open({
      ...short({ surveys: { before: [ask('How are you?')], after: [likert] } }),
      words: ['after', 'before'],
    });
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await page.getByRole('textbox').fill('well');
    await picture(page, 'survey');
    expect(await page.locator('.survey').count()).toBe(1);
    await press(page, 'Continue');
    await toSound(page, 'Almost done');
    // Nothing of its looks is left on the screens that follow.
    expect(await page.locator('.survey').count()).toBe(0);
    await listenAndAnswer(page, 2);
    await page.getByText('Was it hard?').waitFor();
    await page.getByRole('radio').last().check();
    await press(page, 'Continue');
    await screen(page, 'Almost done');
    const steps = await site.store.database.selectFrom('steps').selectAll().execute();
    const saved = (step: string) =>
      JSON.parse(steps.find((row) => row.step === step)!.answer).data[0].response;
    expect(saved('survey-before')).toEqual({ mood: 'well' });
    expect(saved('survey-after')).toEqual({ Q0: 1 });
    expect(problems).toEqual([]);
  });

  test('what was typed is there after a reload, answered screens are not asked again, answers decide what follows', async () => {
    const text = (name: string) => ({
      type: 'survey-text',
      parameters: { questions: [{ prompt: `${name}?`, name, rows: 2 }] },
    });
    const choice = {
      type: 'survey-multi-choice',
      parameters: {
        questions: [{ prompt: 'Musician?', name: 'musician', options: ['yes', 'no'], required: true }],
      },
    };
    const likert = {
      type: 'survey-likert',
      parameters: { questions: [{ prompt: 'Loud?', name: 'loud', labels: ['no', 'yes'] }] },
    };
    const when = (answer: string) => ({ when: { question: 'musician', is: [answer] } });
    const { page, site, problems } = await pages.open({
      ...short({
        surveys: {
          before: [
            choice,
            { ...text('instrument'), ...when('yes') },
            { ...text('why'), ...when('no') },
            text('mood'),
          ],
          afterTask: { word: [likert] },
        },
      }),
      words: ['after', 'before'],
    });
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await page.getByText('Musician?').waitFor();
    await expectNarrow(page, 'survey-choice');
    await page.getByRole('radio', { name: 'yes' }).check();
    await press(page, 'Continue');
    await page.getByText('instrument?').waitFor();
    await picture(page, 'survey-text');
    await expectAccessible(page, 'text');
    await page.getByRole('textbox', { name: 'instrument?' }).fill('viola');
    await page.reload();
    const instrument = page.getByRole('textbox', { name: 'instrument?' });
    await expect.poll(() => instrument.inputValue()).toBe('viola');
    await press(page, 'Continue');
    await page.getByText('mood?').waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('');
    await page.getByRole('textbox').fill('fine');
    await press(page, 'Continue');
    await page.getByRole('button', { name: 'Start' }).waitFor();
    expect(await page.locator('link[data-jspsych]').count()).toBe(0);
    await listenAndAnswer(page, 2);
    await page.getByText('Loud?').waitFor();
    await picture(page, 'survey-likert');
    await expectAccessible(page, 'likert');
    await expectNarrow(page, 'survey-likert');
    await page.getByRole('radio', { name: 'yes' }).check();
    await press(page, 'Continue');
    await screen(page, 'Almost done');
    await page.getByRole('textbox').first().fill('all well');
    await page.reload();
    await expect.poll(() => page.getByRole('textbox').first().inputValue()).toBe('all well');
    await press(page, 'Finish');
    await screen(page, 'Thank you, you are done');
    const people = parse((await exportFiles(site, 'csv')).get('participants.csv')!, { columns: true });
    expect(people).toMatchObject([
      {
        survey_before_musician: 'yes',
        survey_before_instrument: 'viola',
        survey_before_mood: 'fine',
        survey_after_word_loud: '1',
        comments_comments: 'all well',
      },
    ]);
    expect(people[0]).not.toHaveProperty('survey_before_why');
    expect(problems).toEqual([]);
  });

  test('forms of HTML and buttons are within reach of everybody, on phones, in the dark and right to left', async () => {
    const form = {
      type: 'survey-html-form',
      parameters: {
        preamble: '<h2>Your ears</h2>',
        html: `<p><label>Hearing aid since <input name="since" type="number"></label></p>
          <p><label>Which side <select name="side"><option>left</option><option>right</option></select></label></p>
          <p><label><input name="tired" type="checkbox" value="yes"> I am tired</label></p>
          <p><label>Anything else <textarea name="more" rows="2"></textarea></label></p>`,
      },
    };
    const buttons = {
      type: 'html-button-response',
      name: 'ready',
      parameters: {
        stimulus: '<p>Are you ready?</p>',
        prompt: '<p>Choose.</p>',
        choices: ['Yes, I am', 'Not yet'],
      },
    };
    const { page, site, problems } = await pages.open({
      ...short({ surveys: { before: [form, buttons] } }),
      words: ['after', 'before'],
    });
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await page.getByLabel('Hearing aid since').fill('2019');
    await page.getByLabel('Which side').selectOption('right');
    await picture(page, 'survey-html-form');
    await expectAccessible(page, 'form of HTML');
    await expectNarrow(page, 'survey-html-form');
    const sizes = await page
      .locator('input:not([type=submit]):not([type=checkbox]), select, textarea')
      .evaluateAll((all) => all.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(16);
    await press(page, 'Continue');
    await page.getByText('Are you ready?').waitFor();
    await picture(page, 'survey-buttons');
    await expectAccessible(page, 'buttons');
    await expectNarrow(page, 'survey-buttons');
    await press(page, 'Not yet');
    await page.getByRole('button', { name: 'Start' }).waitFor();
    const people = parse((await exportFiles(site, 'csv')).get('participants.csv')!, { columns: true });
    expect(people).toMatchObject([
      { survey_before_since: '2019', survey_before_side: 'right', survey_before_ready: '1' },
    ]);
    expect(problems).toEqual([]);
  });

  test('a study may bring its own jsPsych plugin as a browser build, before and after the trials', async () => {
    const pluginsFolder = temporaryFolder();
    writeFileSync(
      join(pluginsFolder, 'plugin-slider.js'),
      `var jsPsychSlider = (function (jspsych) {
        class Slider {
          constructor(jsPsych) { this.jsPsych = jsPsych; }
          trial(display, trial) {
            display.textContent = trial.question;
            const go = document.createElement('button');
            go.textContent = 'Move';
            go.onclick = () => this.jsPsych.finishTrial({ slider: trial.value });
            display.append(go);
          }
        }
        Slider.info = {
          name: 'slider',
          version: '1.0.0',
          parameters: {
            question: { type: jspsych.ParameterType.STRING, default: '' },
            value: { type: jspsych.ParameterType.INT, default: 0 },
          },
          data: {},
        };
        return Slider;
      })(jsPsychModule);`,
    );
    const surveys = {
      before: [{ type: 'jsPsychSlider', parameters: { question: 'How loud?', value: 7 } }],
      after: [{ type: 'jsPsychSlider', parameters: { question: 'How loud now?', value: 3 } }],
    };
    const plugins = [{ file: 'plugin-slider.js', global: 'jsPsychSlider' }];
    const { page, site, problems } = await pages.open({
      ...short({ surveys, plugins }),
      words: ['after', 'before'],
      pluginsFolder,
    });
    await press(page, 'I agree and want to take part');
    await press(page, 'Continue');
    await page.getByText('How loud?').waitFor();
    await press(page, 'Move');
    await listenAndAnswer(page, 2);
    await page.getByText('How loud now?').waitFor();
    await press(page, 'Move');
    await screen(page, 'Almost done');
    const saved = await site.store.database.selectFrom('steps').selectAll().execute();
    const given = (step: string) => JSON.parse(saved.find((row) => row.step === step)!.answer).data;
    expect(given('survey-before')).toMatchObject([{ trial_type: 'slider', slider: 7 }]);
    expect(given('survey-after')).toMatchObject([{ trial_type: 'slider', slider: 3 }]);
    expect(problems).toEqual([]);
  });
});

/** Answers some trials of the word task. */
async function listenAndAnswer(page: Page, count: number): Promise<void> {
  for (let trial = 0; trial < count; trial++) {
    await toSound(page, 'Almost done');
    await listen(page);
    await type(page, 'after');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
  }
}
