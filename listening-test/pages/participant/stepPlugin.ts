import type { JsPsych } from 'jspsych';
import type { Page, StepView } from './page.ts';

/**
 * Makes a jsPsych plugin of a step, so that it stands in a timeline beside any other plugin.
 *
 * @param name - The plugin's name in the data.
 * @param view - The step.
 * @param page - What the step works with.
 * @param onError - Receives what stops a step.
 */
export function stepPlugin(name: string, view: StepView, page: Page, onError: (error: unknown) => void) {
  return class {
    static info = { name, version: '1.0.0', parameters: {}, data: {} } as const;
    jsPsych: JsPsych;
    constructor(jsPsych: JsPsych) {
      this.jsPsych = jsPsych;
    }
    trial(display: HTMLElement): void {
      document.getElementById('leave')!.hidden = page.state?.state !== 'active';
      view(display, page).then((data) => this.jsPsych.finishTrial(data), onError);
    }
  };
}
