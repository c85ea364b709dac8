import type { PublicTask } from '../../server/publicStudy.ts';
import { button, element } from '../shared/element.ts';
import { createCombobox } from './combobox.ts';
import type { Text } from './page.ts';

/** What somebody answered, and how. */
export interface GivenAnswer {
  response: string[];
  /** Time of the first key or click by the page's clock, ms; null when there was none. */
  firstInputAt: number | null;
  keystrokes: number;
  typed: string;
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
export type Question = Pick<PublicTask, 'kind' | 'prompt' | 'labels' | 'choose' | 'unknownAnswer'>;

/**
 * A form for one answer: typed for words, buttons for everything else.
 *
 * @param question - The task.
 * @param text - The page's strings.
 * @returns The form.
 */
export function answerForm(question: Question, text: Text): AnswerForm {
  return question.kind === 'word' ? wordForm(question, text) : choiceForm(question, text);
}

/**
 * A label as the page shows it: those of the study as they are, ours in the study's language.
 *
 * @param text - The page's strings.
 * @param label - The label as it is stored.
 * @returns What stands on the page.
 */
export function labelText(text: Text, label: string): string {
  return label === 'same' || label === 'different' ? text(`label.${label}`) : label;
}

function wordForm(question: Question, text: Text): AnswerForm {
  const given = deferredAnswer();
  const effort = effortOf();
  const problem = element('p', { role: 'alert', class: 'problem' });
  const box = createCombobox(question.labels, { name: question.prompt, onEnter: () => submit(), text });
  const answer = (response: string[]) => given.resolve({ response, ...effort.sum(), typed: box.input.value });
  const submit = () => {
    const label = box.label();
    if (label !== null) return answer([label]);
    problem.textContent = box.input.value.trim() ? text('word.notOnList') : text('word.missing');
    box.input.focus();
  };
  box.input.addEventListener('keydown', effort.note);
  box.input.addEventListener('input', effort.noteTime);
  const root = element(
    'div',
    { class: 'answer' },
    element('label', { for: 'word', class: 'prompt' }, question.prompt),
    box.root,
    problem,
    element(
      'p',
      { class: 'buttons' },
      button(text('answer.submit'), submit, { class: 'primary' }),
      ...(question.unknownAnswer ? [button(text('answer.unknown'), () => answer([]))] : []),
    ),
  );
  return { root, focus: () => box.input.focus(), answered: given.promise };
}

function choiceForm(question: Question, text: Text): AnswerForm {
  const given = deferredAnswer();
  const effort = effortOf();
  const isSingle = question.choose === 1;
  const type = isSingle ? 'radio' : 'checkbox';
  const inputs = question.labels.map((label) => element('input', { type, name: 'answer', value: label }));
  const problem = element('p', { role: 'alert', class: 'problem' });
  const rule = isSingle ? text('answer.chooseOne') : text('answer.chooseUpTo', { choose: question.choose });
  const form = element(
    'form',
    { class: 'answer' },
    element(
      'fieldset',
      { class: question.labels.length > 4 ? 'choices many' : 'choices' },
      element(
        'legend',
        { class: 'prompt' },
        question.prompt,
        ...(isSingle ? [] : [` ${text('answer.upTo', { choose: question.choose })}`]),
      ),
      ...question.labels.map((label, i) =>
        element('label', { class: 'choice' }, inputs[i]!, ` ${labelText(text, label)}`),
      ),
    ),
    problem,
    element(
      'p',
      { class: 'buttons' },
      element('button', { type: 'submit', class: 'primary' }, text('answer.submit')),
      ...(question.unknownAnswer
        ? [button(text('answer.unknown'), () => given.resolve({ response: [], ...effort.sum(), typed: '' }))]
        : []),
    ),
  );
  form.addEventListener('keydown', effort.note);
  form.addEventListener('change', effort.noteTime);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const response = inputs.filter((input) => input.checked).map((input) => input.value);
    if (response.length > 0 && response.length <= question.choose)
      given.resolve({ response, ...effort.sum(), typed: '' });
    else problem.textContent = rule;
  });
  return { root: form, focus: () => inputs[0]!.focus(), answered: given.promise };
}

/** Counts keys and keeps the time of the first sign of an answer. */
function effortOf() {
  let firstInputAt: number | null = null;
  let keystrokes = 0;
  const noteTime = () => {
    firstInputAt ??= performance.now();
  };
  const note = () => {
    keystrokes++;
    noteTime();
  };
  return { note, noteTime, sum: () => ({ firstInputAt, keystrokes }) };
}

function deferredAnswer(): { promise: Promise<GivenAnswer>; resolve: (answer: GivenAnswer) => void } {
  let resolve: (answer: GivenAnswer) => void = () => {};
  const promise = new Promise<GivenAnswer>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
