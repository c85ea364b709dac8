import type { LoadedStudy } from '../study/loadStudy.ts';

/** A step between consent and the end. Those of {@link trialSteps} consist of trials, the others of one answer. */
export type Step =
  | 'browser'
  | 'instructions'
  | 'survey-before'
  | 'level'
  | 'antiphase'
  | 'huggins'
  | 'demographics'
  | 'practice'
  | 'main'
  | 'survey-after'
  | 'comments';

/** Steps in which headphones are checked. */
export const headphoneChecks = ['antiphase', 'huggins'] as const;

/** Whether a step, or a phase of trials, is a check of the headphones. */
export const isHeadphoneCheck = (step: string): step is (typeof headphoneChecks)[number] =>
  headphoneChecks.some((check) => check === step);

/** Steps made of trials. */
export const trialSteps: ReadonlySet<string> = new Set([...headphoneChecks, 'practice', 'main']);

/**
 * The steps of a study in order. Lists are assigned on entering `main`, after all screening.
 *
 * @param loaded - The study.
 * @returns The steps; `browser` is the first after consent.
 */
export function stepsOf(loaded: Pick<LoadedStudy, 'study' | 'stimuli'>): Step[] {
  const { study, stimuli } = loaded;
  const { headphones, level, demographics } = study.screening;
  const hasPractice = [...stimuli.values()].some(({ role }) => role === 'practice');
  const steps: [Step, boolean][] = [
    ['browser', true],
    ['instructions', true],
    ['survey-before', study.surveys.before.length > 0],
    ['level', level],
    ['antiphase', headphones === 'antiphase' || headphones === 'both'],
    ['huggins', headphones === 'huggins' || headphones === 'both'],
    ['demographics', demographics],
    ['practice', hasPractice],
    ['main', true],
    ['survey-after', study.surveys.after.length > 0],
    ['comments', true],
  ];
  return steps.filter(([, isPart]) => isPart).map(([step]) => step);
}
