import { button, element } from '../../pages/shared/element.ts';
import { effortOf, type FormMaker, labelText, type Question } from '../shared/answerForm.ts';
import { answerByKeys, submitRow } from '../shared/formParts.ts';

/** One label or several, by radio buttons or check boxes; the number keys answer at once where one is chosen. */
export const form: FormMaker = (question, text) => {
  const effort = effortOf();
  const isSingle = question.choose === 1;
  const type = isSingle ? 'radio' : 'checkbox';
  const inputs = question.labels.map((label) => element('input', { type, name: 'answer', value: label }));
  const problem = element('p', { role: 'alert', class: 'problem' });
  const unknown = button(text('answer.unknown'), () => effort.give([]));
  const hasKeys = (question.numberKeys ?? false) && isSingle && inputs.length <= 9;
  const choices = question.labels.map((label, i) => {
    const shown = ` ${hasKeys && label !== String(i + 1) ? `${i + 1}: ` : ''}${labelText(text, label)}`;
    return element('label', { class: 'choice' }, inputs[i]!, shown);
  });
  const root = element(
    'form',
    { class: 'answer' },
    element(
      'fieldset',
      { class: question.labels.length > 4 ? 'choices many' : 'choices' },
      element('legend', { class: 'prompt' }, promptOf(question, text)),
      ...choices,
    ),
    ...(hasKeys ? [element('p', { class: 'status' }, text('answer.keys'))] : []),
    problem,
    submitRow(text, ...(question.unknownAnswer ? [unknown] : [])),
  );
  root.addEventListener('keydown', effort.noteKey);
  root.addEventListener('change', effort.noteTime);
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const response = inputs.filter((input) => input.checked).map((input) => input.value);
    if (response.length > 0 && response.length <= question.choose) effort.give(response);
    else problem.textContent = ruleOf(question, text);
  });
  if (hasKeys) answerByKeys(root, inputs, effort);
  return { root, focus: () => inputs[0]!.focus(), answered: effort.answered };
};

function promptOf({ prompt, choose }: Question, text: Parameters<FormMaker>[1]): string {
  return choose === 1 ? prompt : `${prompt} ${text('answer.upTo', { choose })}`;
}

function ruleOf({ choose }: Question, text: Parameters<FormMaker>[1]): string {
  return choose === 1 ? text('answer.chooseOne') : text('answer.chooseUpTo', { choose });
}
