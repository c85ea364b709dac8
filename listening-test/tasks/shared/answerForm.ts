import type { Text } from '../../pages/participant/page.ts';
import type { PublicTask } from '../../server/publicStudy.ts';
import { isTextKey } from '../../texts/catalogue.ts';
import type { AnswerDetails } from '../details.ts';

/** What somebody answered, and how. */
export interface GivenAnswer {
  response: string[];
  /** When the answer was given by the page's clock, ms. */
  answeredAtMs: number;
  /** Time of the first key or click by the page's clock, ms; null when there was none. */
  firstInputAtMs: number | null;
  keystrokes: number;
  typed: string;
  /** What the answer holds beyond its labels. */
  details: AnswerDetails;
}

/** The part of a screen that takes an answer. */
export interface AnswerForm {
  root: HTMLElement;
  /** Gets the focus when the sound is over. */
  focus(): void;
  /** Resolves with the answer once it is on the list. */
  answered: Promise<GivenAnswer>;
}

/** What an answer form asks. */
export type Question = Pick<PublicTask, 'form' | 'prompt' | 'labels' | 'choose' | 'unknownAnswer'> &
  Partial<
    Pick<PublicTask, 'settings' | 'numberKeys' | 'confidence' | 'deadlineSeconds' | 'shuffleLabels'>
  > & {
    /** Where a trial has several sounds. */
    parts?: PartControls;
  };

/** Several sounds of a trial, to be played at will. */
export interface PartControls {
  count: number;
  /** Plays one from its beginning, until it is over or another is wanted. */
  play(place: number): Promise<void>;
  /** Whether it was heard whole. */
  isHeard(place: number): boolean;
  /** What was done on the screen before the page was opened again; null for nothing. */
  kept(): PartsDraft | null;
  /** Keeps what was done so far, should the page be opened again. */
  keep(draft: PartsDraft): void;
}

/** What was done so far on a screen of several sounds. */
export interface PartsDraft {
  /** The rated sounds as they stand on the page, by their places in the clip. */
  order: number[];
  /** How often each was played, the reference first. */
  listens: number[];
  /** Scores as they stand on the page; null for those not set yet. */
  scores: (string | null)[];
}

/** Makes the form of a type of trials. */
export type FormMaker = (question: Question, text: Text) => AnswerForm;

/** Counts keys, keeps the time of the first sign of an answer, and settles what was answered. */
export function effortOf() {
  let firstInputAtMs: number | null = null;
  let keystrokes = 0;
  let settle: (answer: GivenAnswer) => void = () => {};
  const answered = new Promise<GivenAnswer>((resolve) => {
    settle = resolve;
  });
  const noteTime = () => {
    firstInputAtMs ??= performance.now();
  };
  const noteKey = () => {
    keystrokes++;
    noteTime();
  };
  const give = (response: string[], typed = '', details: AnswerDetails = {}) => {
    noteTime();
    settle({ response, answeredAtMs: performance.now(), firstInputAtMs, keystrokes, typed, details });
  };
  return { noteKey, noteTime, give, answered };
}

/**
 * A label as the page shows it: those of the study as they are, ours in the study's language.
 *
 * @param text - The page's strings.
 * @param label - The label as it is stored.
 * @returns What stands on the page.
 */
export function labelText(text: Text, label: string): string {
  const key = `label.${label}`;
  return isTextKey(key) ? text(key) : label;
}
