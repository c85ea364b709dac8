import type { JsPsych } from 'jspsych';
import type { Step } from '../../session/steps.ts';
import { consentStep } from './consentStep.ts';
import { demographicsStep } from './demographicsStep.ts';
import { endStep } from './endStep.ts';
import type { Page, StepView } from './page.ts';
import { browserStep, commentsStep, instructionsStep, levelStep } from './plainSteps.ts';
import { stepPlugin } from './stepPlugin.ts';
import type { Plugin } from './surveys.ts';
import { trialStep } from './trialStep.ts';

const views: Partial<Record<Step, StepView>> = {
  browser: browserStep,
  instructions: instructionsStep,
  level: levelStep,
  antiphase: trialStep,
  huggins: trialStep,
  demographics: demographicsStep,
  practice: trialStep,
  main: trialStep,
  comments: commentsStep,
};

/** jsPsych's own name for a list of timeline nodes, which it does not export. */
export type TimelineArray = Extract<Parameters<JsPsych['run']>[0], unknown[]>;

/**
 * The session as a jsPsych timeline: one node a step, repeated while the server says that the step goes on and skipped
 * when it is over. So a reload starts at the open step and trial.
 *
 * @param options - jsPsych, the surveys' plugins, and what receives errors.
 * @returns The timeline.
 */
export function sessionTimeline(
  page: Page,
  options: { jsPsych: JsPsych; plugins: ReadonlyMap<string, Plugin>; onError: (error: unknown) => void },
): TimelineArray {
  const isOpen = (step: string) => page.state?.state === 'active' && page.state.step === step;
  const own = (name: string, view: StepView) => ({
    type: stepPlugin(`metamer-${name}`, view, page, options.onError),
  });
  const steps = page.study.steps.map((step) => ({
    timeline: step.startsWith('survey-')
      ? surveyNodes(step as 'survey-before' | 'survey-after', page, options, own)
      : [own(step, views[step as Step]!)],
    conditional_function: () => isOpen(step),
    loop_function: () => isOpen(step),
  }));
  return [
    {
      timeline: [own('consent', consentStep)],
      conditional_function: () => page.state === null || isPreviewStart(page),
    },
    ...steps,
    own('end', endStep),
  ];
}

/** A preview of the whole session begins as participants begin, though its session exists already. */
const isPreviewStart = ({ state }: Page) => state?.preview === true && state.step === 'browser';

/** The researcher's own jsPsych trials, then one of ours that saves what they gave. */
function surveyNodes(
  step: 'survey-before' | 'survey-after',
  page: Page,
  { jsPsych, plugins }: { jsPsych: JsPsych; plugins: ReadonlyMap<string, Plugin> },
  own: (name: string, view: StepView) => TimelineArray[number],
): TimelineArray {
  const surveys = page.study.surveys[step === 'survey-before' ? 'before' : 'after'];
  const save: StepView = async () => {
    const data = jsPsych.data.get().last(surveys.length).values();
    page.state = await page.api.answerStep(step, { data });
    return {};
  };
  const nodes = surveys.map(({ type, parameters }) => ({ ...parameters, type: plugins.get(type)! }));
  return [...nodes, own(step, save)];
}
