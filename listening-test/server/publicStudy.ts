import { marked } from 'marked';
import type { SessionState } from '../session/sessionState.ts';
import { consentVersion, type Site } from '../session/site.ts';
import { stepsOf } from '../session/steps.ts';
import { withPictures } from '../study/pictures.ts';
import type { Study, StudyTask } from '../study/studySchema.ts';
import { taskTypeOf } from '../tasks/taskTypes.ts';
import { directionOf, textsOf } from '../texts/catalogue.ts';
import type { Texts } from '../texts/english.ts';
import { linesOfSteps } from '../texts/linesOfSteps.ts';

/** A task as the page knows it. */
export interface PublicTask extends Omit<StudyTask, 'instructions'> {
  instructionsHtml: string;
  /** Folder of the type of trials whose page it has. */
  form: string;
}

/** What everybody may know of a study: texts and settings, no answers, no conditions, no codes. */
export interface PublicStudy {
  id: string;
  title: string;
  language: string;
  direction: 'ltr' | 'rtl';
  /** Strings of the page in that language. */
  strings: Texts;
  contact: string;
  payment: string;
  platform: Study['recruitment']['platform'];
  consent: { version: string; html: string };
  instructionsHtml: string;
  tasks: Record<string, PublicTask>;
  steps: string[];
  surveys: Study['surveys'];
  plugins: Study['plugins'];
  breaks: number;
  /** Plays that may go wrong before an answer is taken without a valid one. */
  maxInvalidPlays: number;
}

/**
 * The public part of a study.
 *
 * @returns What the browser is told, Markdown turned into HTML (the texts are the experimenter's own).
 */
export function publicStudy(site: Site): PublicStudy {
  const {
    id,
    title,
    language,
    contact,
    payment,
    texts,
    tasks,
    surveys,
    plugins,
    recruitment,
    maxInvalidPlays,
    breaks,
  } = site.loaded.study;
  const steps = stepsOf(site.loaded);
  return {
    id,
    title,
    language,
    direction: directionOf(language),
    strings: textsOf(site.loaded.study).texts,
    contact,
    payment,
    platform: recruitment.platform,
    consent: { version: consentVersion(site), html: html(texts.consent) },
    instructionsHtml: html(linesOfSteps(texts.instructions, steps)),
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([name, { instructions, ...task }]) => [
        name,
        { ...task, instructionsHtml: html(instructions), form: taskTypeOf(task.kind).form },
      ]),
    ),
    steps,
    surveys,
    plugins,
    breaks,
    maxInvalidPlays,
  };
}

/**
 * The debriefing text.
 *
 * @param state - How the session ended: those who did not come to the end may have a text of their own.
 * @returns HTML.
 */
export function debriefingHtml(site: Site, state: SessionState['state']): string {
  const { debriefing, debriefingEarly } = site.loaded.study.texts;
  return html(state === 'complete' ? debriefing : (debriefingEarly ?? debriefing));
}

const html = (markdown: string) => withPictures(marked.parse(markdown, { async: false }));
