import { choiceForm } from './choice/form.ts';
import { ratingForm } from './rating/form.ts';
import type { AnswerForm, FormMaker, Question } from './shared/answerForm.ts';
import { withConfidence } from './shared/withConfidence.ts';
import { withDeadline } from './shared/withDeadline.ts';
import { withShuffledLabels } from './shared/withShuffledLabels.ts';
import type { TaskKind } from './taskTypes.ts';
import { wordForm } from './word/form.ts';

const forms: Record<TaskKind, FormMaker> = {
  word: wordForm,
  choice: choiceForm,
  'same-different': choiceForm,
  rating: ratingForm,
  ab: choiceForm,
  abx: choiceForm,
  'odd-one-out': choiceForm,
};

/**
 * A form for one answer.
 *
 * @param question - The task.
 * @param text - The page's strings.
 * @returns The form, with whatever the task asks for besides: order of the labels, a deadline, confidence.
 */
export function taskForm(question: Question, text: Parameters<FormMaker>[1]): AnswerForm {
  const make = forms[question.kind];
  return withConfidence(withDeadline(withShuffledLabels(make)))(question, text);
}
