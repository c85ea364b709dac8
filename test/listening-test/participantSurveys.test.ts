import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { skipBrowser } from './chromium.ts';
import { temporaryFolder } from './makeStudy.ts';
import { listen, picture, press, screen, toSound, type } from './personAtPage.ts';
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
    await press(page, 'Continue');
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
