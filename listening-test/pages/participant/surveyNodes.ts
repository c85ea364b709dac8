import jspsychStyle from 'jspsych/css/jspsych.css?url';
import { answersOfScreens, isFulfilled, screenName } from '../../study/branching.ts';
import { screensOf } from '../../study/surveyScreens.ts';
import { element } from '../shared/element.ts';
import { keepTyped } from './drafts.ts';
import type { Page } from './page.ts';
import type { Plugin } from './surveys.ts';

type Screen = Record<string, unknown>;

/** A survey as nodes of a jsPsych timeline, and what was given in it. */
export interface SurveyNodes {
  nodes: object[];
  /** Data of its screens so far, those before a reload included. */
  screens: () => readonly Screen[];
}

/**
 * The researcher's own jsPsych trials. What is typed is kept over a reload, and screens that were answered are not shown
 * again; jsPsych's style is there only while one of them is.
 *
 * @param step - The survey's step.
 * @param plugins - By the name under which the study calls them.
 */
export function surveyNodes(step: string, page: Page, plugins: ReadonlyMap<string, Plugin>): SurveyNodes {
  const key = `${step} screens`;
  const kept = () => (page.memory.drafts()[key] ?? { done: 0, screens: [] }) as Kept;
  const display = document.getElementById('display')!;
  const name = (place: number) => `${step} ${place}`;
  let stopKeeping: () => void = () => {};
  const finished = (place: number, data: Screen) => {
    stopKeeping();
    // The element stays, and the screens of the study follow in it.
    display.querySelector('.survey')?.classList.remove('survey');
    const { [name(place)]: _typed, ...others } = page.memory.drafts();
    page.memory.setDrafts({ ...others, [key]: { done: place + 1, screens: [...kept().screens, data] } });
    showStyle(false);
  };
  const nodes = screensOf(page.study.surveys, step).map(({ type, parameters, when, name: own }, place) => ({
    timeline: [
      {
        ...(type.startsWith('survey-') ? { button_label: page.text('button.continue') } : {}),
        ...parameters,
        type: plugins.get(type)!,
        data: { ...(parameters['data'] as object), screen: place + 1, ...(own ? { [screenName]: own } : {}) },
        on_start: () => showStyle(true),
        on_load: () => {
          document.getElementById('leave')!.hidden = false;
          complete(display, page.study.title);
          stopKeeping = keepTyped(display, page.memory, name(place));
        },
        on_finish: (data: Screen) => finished(place, { ...data }),
      },
    ],
    conditional_function: () =>
      place >= kept().done &&
      isFulfilled(when, { ...page.state?.given, ...answersOfScreens(kept().screens) }),
  }));
  return { nodes, screens: () => kept().screens };
}

interface Kept {
  done: number;
  screens: Screen[];
}

/** Our own screens look the same with it or without, but only if it is not there. */
function showStyle(isShown: boolean): void {
  const known = document.querySelector<HTMLLinkElement>('link[data-jspsych]');
  if (isShown && !known)
    document.head.prepend(element('link', { rel: 'stylesheet', href: jspsychStyle, 'data-jspsych': true }));
  else if (!isShown) known?.remove();
}

/** Gives screens of jsPsych's plugins the heading and the names of fields that they lack. */
function complete(display: HTMLElement, title: string): void {
  const content = display.querySelector('.jspsych-content') ?? display;
  content.classList.add('survey');
  if (!content.querySelector('h1')) content.prepend(element('h1', { class: 'unseen' }, title));
  for (const [i, question] of display
    .querySelectorAll('.jspsych-survey-text-question, .jspsych-survey-multi-choice-question')
    .entries()) {
    const prompt = question.querySelector('p, legend');
    if (!prompt) continue;
    prompt.id ||= `question-${i}`;
    const fields = question.querySelectorAll('input[type=text], textarea');
    for (const field of fields) field.setAttribute('aria-labelledby', prompt.id);
    if (fields.length === 0) nameGroup(question, prompt.id);
  }
  for (const [i, statement] of display.querySelectorAll('.jspsych-survey-likert-statement').entries()) {
    statement.id ||= `statement-${i}`;
    if (statement.nextElementSibling) nameGroup(statement.nextElementSibling, statement.id, false);
  }
}

function nameGroup(group: Element, prompt: string, isGroup = true): void {
  if (isGroup) group.setAttribute('role', 'group');
  group.setAttribute('aria-labelledby', prompt);
}
