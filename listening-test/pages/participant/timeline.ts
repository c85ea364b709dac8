import type { JsPsych } from 'jspsych';
import type { PublicStudy } from '../../server/publicStudy.ts';
import type { Step } from '../../session/steps.ts';
import { consentStep } from './consentStep.ts';
import { demographicsStep } from './demographicsStep.ts';
import { endStep } from './endStep.ts';
import type { Page, StepView } from './page.ts';
import { browserStep, commentsStep, instructionsStep, levelStep } from './plainSteps.ts';
import { stepPlugin } from './stepPlugin.ts';
import { surveyNodes } from './surveyNodes.ts';
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
 * @param options - The surveys' plugins, and what receives errors.
 */
export function sessionTimeline(
  page: Page,
  options: { plugins: ReadonlyMap<string, Plugin>; onError: (error: unknown) => void },
): TimelineArray {
  const isOpen = (step: string) => page.state?.state === 'active' && page.state.step === step;
  const own = (name: string, view: StepView) => ({
    type: stepPlugin(`metamer-${name}`, view, page, options.onError),
  });
  const survey = (step: string) => {
    const { nodes, screens } = surveyNodes(step, page, options.plugins);
    const save: StepView = async () => {
      page.state = await page.api.answerStep(step, { data: screens() });
      page.memory.setDrafts({});
      return {};
    };
    return [...nodes, own(step, save)] as TimelineArray;
  };
  const isDue = () => page.state?.state === 'active' && page.state.interlude !== null;
  const interludes = interludesOf(page.study).map((step) => ({
    timeline: survey(step),
    conditional_function: () => isDue() && page.state!.interlude === step,
  }));
  const steps = page.study.steps.map((step) => {
    if (step !== 'main')
      return repeated(step.startsWith('survey-') ? survey(step) : [own(step, views[step as Step]!)], () =>
        isOpen(step),
      );
    const trial = {
      timeline: [own(step, views.main!)],
      conditional_function: () => isOpen(step) && !isDue(),
    };
    return repeated([...interludes, trial], () => isOpen(step) || isDue());
  });
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

/** A step that goes on as long as the server says so. */
const repeated = (timeline: TimelineArray, isOpen: () => boolean) => ({
  timeline,
  conditional_function: isOpen,
  loop_function: isOpen,
});

/** Steps of all surveys that may come within the main part. */
function interludesOf({ surveys, breaks }: PublicStudy): string[] {
  return [
    ...Object.keys(surveys.afterTask).map((task) => `survey-after-${task}`),
    ...(surveys.atBreaks.length > 0 ? Array.from({ length: breaks }, (_, i) => `survey-break-${i + 1}`) : []),
  ];
}
