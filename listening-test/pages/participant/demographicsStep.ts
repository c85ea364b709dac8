import { element } from '../shared/element.ts';
import { type Page, type StepData, showScreen } from './page.ts';

/**
 * Questions about the participant and the headphones; every one may be left unanswered.
 *
 * @returns The answers.
 */
export async function demographicsStep(display: HTMLElement, page: Page): Promise<StepData> {
  const form = questionsForm();
  const answers = await new Promise<Record<string, unknown>>((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      resolve(answersOf(form));
    });
    showScreen(display, 'A few questions', element('p', {}, 'You may leave any of them open.'), form);
  });
  page.state = await page.api.answerStep('demographics', answers);
  return answers;
}

function questionsForm(): HTMLFormElement {
  return element(
    'form',
    { class: 'questions' },
    inputField('age', 'Your age in years', { type: 'number', min: 18, max: 120 }),
    inputField('gender', 'Your gender', { type: 'text', maxlength: 100, autocomplete: 'off' }),
    inputField('nativeLanguage', 'The language you grew up with', {
      type: 'text',
      maxlength: 100,
      autocomplete: 'off',
    }),
    radioField('hearingLoss', 'Do you have a known hearing loss?', ['no', 'yes', 'no answer']),
    radioField('headphones', 'What headphones do you use?', ['over-ear', 'in-ear', 'other', 'no answer']),
    radioField('connection', 'How are they connected?', ['wired', 'wireless', 'no answer']),
    inputField('musicYears', 'For how many years have you played an instrument or sung?', {
      type: 'number',
      min: 0,
      max: 100,
    }),
    element('p', {}, element('button', { type: 'submit', class: 'primary' }, 'Continue')),
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

function radioField(name: string, question: string, options: readonly string[]): HTMLElement {
  const choices = options.map((option) =>
    element(
      'label',
      { class: 'choice' },
      element('input', { type: 'radio', name, value: option }),
      ` ${option}`,
    ),
  );
  return element('fieldset', {}, element('legend', {}, question), ...choices);
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
