import { element } from '../../pages/shared/element.ts';
import { effortOf, type FormMaker, type Question } from '../shared/answerForm.ts';
import { answerByKeys, scaleEnds, submitRow } from '../shared/formParts.ts';
import type { RatingSettings } from './taskType.ts';

/** A value on a scale: a slider that says nothing until it was moved, or one button a value. */
export const form: FormMaker = (question, text) => {
  const settings = question.settings as unknown as RatingSettings;
  return settings.style === 'slider' ? slider(question, settings, text) : likert(question, settings, text);
};

type Maker = (
  question: Question,
  settings: RatingSettings,
  text: Parameters<FormMaker>[1],
) => ReturnType<FormMaker>;

const slider: Maker = (question, { min, max, step, low, high }, text) => {
  const effort = effortOf();
  let isMoved = false;
  const value = element('output', { for: 'rating' }, '–');
  const middle = min + step * Math.round((max - min) / step / 2);
  const input = element('input', {
    id: 'rating',
    type: 'range',
    class: 'unmoved',
    min,
    max,
    step,
    value: middle,
    'aria-valuetext': '–',
  });
  const move = () => {
    isMoved = true;
    effort.noteTime();
    input.classList.remove('unmoved');
    input.setAttribute('aria-valuetext', input.value);
    value.textContent = input.value;
  };
  const problem = element('p', { role: 'alert', class: 'problem' });
  const root = element(
    'form',
    { class: 'answer' },
    element('label', { for: 'rating', class: 'prompt' }, question.prompt),
    input,
    scaleEnds(low, value, high),
    problem,
    submitRow(text),
  );
  input.addEventListener('input', move);
  // A press on the handle where it stands says that the middle is meant.
  input.addEventListener('pointerdown', move);
  root.addEventListener('keydown', effort.noteKey);
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    if (isMoved) effort.give([input.value]);
    else problem.textContent = text('answer.moveSlider');
  });
  return { root, focus: () => input.focus(), answered: effort.answered };
};

const likert: Maker = (question, { low, high }, text) => {
  const effort = effortOf();
  const inputs = question.labels.map((label) =>
    element('input', { type: 'radio', name: 'rating', value: label }),
  );
  const problem = element('p', { role: 'alert', class: 'problem' });
  const root = element(
    'form',
    { class: 'answer' },
    element(
      'fieldset',
      { class: 'scale' },
      element('legend', { class: 'prompt' }, question.prompt),
      ...question.labels.map((label, i) => element('label', { class: 'choice' }, inputs[i]!, ` ${label}`)),
    ),
    scaleEnds(low, high),
    problem,
    submitRow(text),
  );
  root.addEventListener('keydown', effort.noteKey);
  root.addEventListener('change', effort.noteTime);
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = inputs.find((input) => input.checked);
    if (chosen) effort.give([chosen.value]);
    else problem.textContent = text('answer.chooseOne');
  });
  if (question.numberKeys && inputs.length <= 9) answerByKeys(root, inputs, effort);
  return { root, focus: () => inputs[0]!.focus(), answered: effort.answered };
};
