import { element } from '../../pages/shared/element.ts';
import type { FormMaker, GivenAnswer } from './answerForm.ts';

/**
 * Lets a form wait only so long, from the moment it can be used; then no answer counts as given.
 *
 * @param make - Makes the form.
 * @returns Makes the form so.
 */
export function withDeadline(make: FormMaker): FormMaker {
  return (question, text) => {
    const form = make(question, text);
    const seconds = question.deadlineSeconds ?? null;
    if (seconds === null) return form;
    form.root.append(element('p', { class: 'status' }, text('answer.seconds', { seconds })));
    let expire: (answer: GivenAnswer) => void = () => {};
    const late = new Promise<GivenAnswer>((resolve) => {
      expire = resolve;
    });
    const focus = () => {
      form.focus();
      setTimeout(() => expire(nothing()), 1000 * seconds);
    };
    return { ...form, focus, answered: Promise.race([form.answered, late]) };
  };
}

function nothing(): GivenAnswer {
  return {
    response: [],
    answeredAtMs: performance.now(),
    firstInputAtMs: null,
    keystrokes: 0,
    typed: '',
    details: { late: true },
  };
}
