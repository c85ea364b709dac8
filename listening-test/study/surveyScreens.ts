/** Screens of surveys by when they are shown. */
interface SurveyTimes<Screen> {
  before: readonly Screen[];
  after: readonly Screen[];
  afterTask: Readonly<Record<string, readonly Screen[]>>;
  atBreaks: readonly Screen[];
}

/**
 * All screens of a study's surveys, whenever they are shown.
 *
 * @returns The screens, each once.
 */
export function allScreens<Screen>({ before, after, afterTask, atBreaks }: SurveyTimes<Screen>): Screen[] {
  return [...before, ...after, ...atBreaks, ...Object.values(afterTask).flat()];
}

/**
 * Screens of a survey step.
 *
 * @param surveys - The study's surveys.
 * @param step - The step's name.
 * @returns The screens as the study states them; none for another step.
 */
export function screensOf<Screen>(
  { before, after, afterTask, atBreaks }: SurveyTimes<Screen>,
  step: string,
): readonly Screen[] {
  if (step === 'survey-before') return before;
  if (step === 'survey-after') return after;
  if (step.startsWith('survey-break-')) return atBreaks;
  return afterTask[step.replace('survey-after-', '')] ?? [];
}
