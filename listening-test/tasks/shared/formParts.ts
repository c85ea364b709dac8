import type { Text } from '../../pages/participant/page.ts';
import { element } from '../../pages/shared/element.ts';
import type { effortOf } from './answerForm.ts';
import { onNumberKey } from './numberKeys.ts';

/**
 * The button that gives the answer, in a row of its own.
 *
 * @param text - The page's strings.
 * @param others - Buttons beside it.
 */
export function submitRow(text: Text, ...others: Node[]): HTMLElement {
  const submit = element('button', { type: 'submit', class: 'primary' }, text('answer.submit'));
  return element('p', { class: 'buttons' }, submit, ...others);
}

/**
 * What a scale means, below it.
 *
 * @param marks - From its low end to its high one.
 */
export function scaleEnds(...marks: (string | HTMLElement)[]): HTMLElement {
  return element(
    'p',
    { class: 'ends' },
    ...marks.map((mark) => (typeof mark === 'string' ? element('span', {}, mark) : mark)),
  );
}

/**
 * Lets number keys answer at once by the radio buttons of a form.
 *
 * @param inputs - The buttons, at most 9.
 * @param effort - Takes the answer.
 */
export function answerByKeys(
  form: HTMLElement,
  inputs: readonly HTMLInputElement[],
  effort: ReturnType<typeof effortOf>,
): void {
  onNumberKey(form, inputs.length, effort.answered, (place) => {
    inputs[place]!.checked = true;
    effort.noteKey();
    effort.give([inputs[place]!.value]);
  });
}
