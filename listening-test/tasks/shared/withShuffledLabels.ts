import type { FormMaker } from './answerForm.ts';
import { shuffled } from './shuffled.ts';

/**
 * Lets a form show its labels in a new random order at each trial, and keeps the order with the answer.
 *
 * @param make - Makes the form.
 * @returns Makes the form so.
 */
export function withShuffledLabels(make: FormMaker): FormMaker {
  return (question, text) => {
    if (!question.shuffleLabels) return make(question, text);
    const labelOrder = shuffled(question.labels);
    const form = make({ ...question, labels: labelOrder }, text);
    const answered = form.answered.then((given) => ({
      ...given,
      details: { ...given.details, labelOrder },
    }));
    return { ...form, answered };
  };
}
