import { button, element } from '../../pages/shared/element.ts';
import type { FormMaker } from './answerForm.ts';
import { scaleEnds } from './formParts.ts';
import { onNumberKey } from './numberKeys.ts';

/**
 * Lets a form ask how sure the listener is, once the answer is given; the time of the answer is that of the answer.
 *
 * @param make - Makes the form.
 * @returns Makes the form so.
 */
export function withConfidence(make: FormMaker): FormMaker {
  return (question, text) => {
    const form = make(question, text);
    const levels = question.confidence ?? 0;
    if (levels === 0) return form;
    const root = element('div', {}, form.root);
    const answered = form.answered.then(async (given) => {
      if (given.details.late || given.response.length === 0) return given;
      const confidence = await asked(root, levels, text);
      return { ...given, details: { ...given.details, confidence } };
    });
    return { root, focus: form.focus, answered };
  };
}

async function asked(root: HTMLElement, levels: number, text: Parameters<FormMaker>[1]): Promise<number> {
  let settle: (level: number) => void = () => {};
  const chosen = new Promise<number>((resolve) => {
    settle = resolve;
  });
  const buttons = Array.from({ length: levels }, (_, i) => button(String(i + 1), () => settle(i + 1)));
  const prompt = element('p', { class: 'prompt', id: 'confidence' }, text('confidence.prompt'));
  const scale = element(
    'div',
    { class: 'scale', role: 'group', 'aria-labelledby': 'confidence' },
    ...buttons,
  );
  const ends = scaleEnds(text('confidence.low'), text('confidence.high'));
  root.replaceChildren(element('div', { class: 'answer' }, prompt, scale, ends));
  buttons[0]!.focus();
  onNumberKey(root, Math.min(9, levels), chosen, (place) => settle(place + 1));
  return chosen;
}
