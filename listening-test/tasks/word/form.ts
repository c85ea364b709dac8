import { button, element } from '../../pages/shared/element.ts';
import { effortOf, type FormMaker } from '../shared/answerForm.ts';
import { createCombobox } from './combobox.ts';

/** A word typed and chosen from the list. */
export const form: FormMaker = (question, text) => {
  const effort = effortOf();
  const problem = element('p', { role: 'alert', class: 'problem' });
  const box = createCombobox(question.labels, { name: question.prompt, onEnter: () => submit(), text });
  const submit = () => {
    const label = box.label();
    if (label !== null) return effort.give([label], box.input.value);
    problem.textContent = text(box.input.value.trim() ? 'word.notOnList' : 'word.missing');
    box.input.focus();
  };
  box.input.addEventListener('keydown', effort.noteKey);
  box.input.addEventListener('input', effort.noteTime);
  const unknown = button(text('answer.unknown'), () => effort.give([], box.input.value));
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
      ...(question.unknownAnswer ? [unknown] : []),
    ),
  );
  return { root, focus: () => box.input.focus(), answered: effort.answered };
};
