import type { TextKey } from '../../texts/english.ts';
import { element } from '../shared/element.ts';
import { keepTyped } from './drafts.ts';
import { type Page, type StepData, showScreen, type Text } from './page.ts';

/** Questions about the participant and the headphones; every one may be left unanswered. */
export async function demographicsStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { text } = page;
  const form = questionsForm(text);
  let stopKeeping: () => void = () => {};
  const answers = await new Promise<Record<string, unknown>>((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      resolve(answersOf(form));
    });
    showScreen(display, text('questions.title'), element('p', {}, text('questions.optional')), form);
    stopKeeping = keepTyped(display, page.memory, 'demographics');
  });
  stopKeeping();
  page.state = await page.api.answerStep('demographics', answers);
  return answers;
}

function questionsForm(text: Text): HTMLFormElement {
  const radios = (name: RadioName, options: readonly Option[]) => radioField(text, name, options);
  return element(
    'form',
    { class: 'questions' },
    inputField('age', text('questions.age'), { type: 'number', min: 18, max: 120 }),
    inputField('gender', text('questions.gender'), { type: 'text', maxlength: 100, autocomplete: 'off' }),
    inputField('nativeLanguage', text('questions.nativeLanguage'), {
      type: 'text',
      maxlength: 100,
      autocomplete: 'off',
    }),
    radios('hearingLoss', ['no', 'yes', 'no answer']),
    radios('headphones', ['over-ear', 'in-ear', 'other', 'no answer']),
    radios('connection', ['wired', 'wireless', 'no answer']),
    inputField('musicYears', text('questions.musicYears'), {
      type: 'number',
      min: 0,
      max: 100,
    }),
    element('p', {}, element('button', { type: 'submit', class: 'primary' }, text('button.continue'))),
  );
}

function inputField(name: string, label: string, attributes: Record<string, string | number>): HTMLElement {
  return element(
    'p',
    {},
    element('label', { for: name }, label),
    element('input', { id: name, name, ...attributes }),
  );
}

type RadioName = 'hearingLoss' | 'headphones' | 'connection';
type Option = Extract<TextKey, `option.${string}`> extends `option.${infer Name}` ? Name : never;

/** What is stored is the English name of an option, whatever the page calls it. */
function radioField(text: Text, name: RadioName, options: readonly Option[]): HTMLElement {
  const choices = options.map((option) =>
    element(
      'label',
      { class: 'choice' },
      element('input', { type: 'radio', name, value: option }),
      ` ${text(`option.${option}`)}`,
    ),
  );
  return element('fieldset', {}, element('legend', {}, text(`questions.${name}`)), ...choices);
}

function answersOf(form: HTMLFormElement): Record<string, unknown> {
  const values = new FormData(form);
  const text = (name: string) => String(values.get(name) ?? '').trim();
  const number = (name: string) => (text(name) === '' ? null : Number(text(name)));
  return {
    age: number('age'),
    gender: text('gender'),
    nativeLanguage: text('nativeLanguage'),
    hearingLoss: text('hearingLoss') || 'no answer',
    headphones: text('headphones') || 'no answer',
    connection: text('connection') || 'no answer',
    musicYears: number('musicYears'),
  };
}
