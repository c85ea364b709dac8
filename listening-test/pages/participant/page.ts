import type { PublicStudy } from '../../server/publicStudy.ts';
import type { Recruitment } from '../../session/recruiting/recruiters.ts';
import type { TextKey } from '../../texts/english.ts';
import { button, element } from '../shared/element.ts';
import type { Api, PageState } from './api.ts';
import type { Memory } from './memory.ts';
import type { Player } from './player.ts';

/** A string of the page in the study's language. */
export type Text = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** What every step of the page works with. */
export interface Page {
  study: PublicStudy;
  text: Text;
  api: Api;
  player: Player;
  memory: Memory;
  /** When the last trial was answered by the page's clock, ms. */
  answeredAtMs: number;
  /** Where the session stands; null before consent. */
  state: PageState | null;
  /** Ids of the recruitment platform, from the address. */
  recruitment: Recruitment | null;
}

/** Data a step adds to jsPsych's own record. */
export type StepData = Record<string, unknown>;

/** A step of the page: shows itself in `display`, and resolves when it is done. */
export type StepView = (display: HTMLElement, page: Page) => Promise<StepData>;

/**
 * Shows one screen: a heading, which gets the focus so that screen readers begin there, and content.
 *
 * @param title - The heading.
 * @param content - What is below it.
 */
export function showScreen(display: HTMLElement, title: string, ...content: (Node | string)[]): void {
  const heading = element('h1', { tabindex: -1 }, title);
  display.replaceChildren(element('div', { class: 'screen' }, heading, ...content));
  window.scrollTo(0, 0);
  heading.focus();
}

/**
 * Shows a screen and waits for its button.
 *
 * @param options - Heading, content and the button's text.
 */
export function continueScreen(
  display: HTMLElement,
  options: { title: string; content: (Node | string)[]; label: string },
): Promise<void> {
  return new Promise((resolve) => {
    const go = button(options.label, resolve, { class: 'primary' });
    showScreen(display, options.title, ...options.content, element('p', {}, go));
  });
}
