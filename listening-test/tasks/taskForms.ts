/// <reference types="vite/types/importMeta.d.ts" />
import type { AnswerForm, FormMaker, Question } from './shared/answerForm.ts';
import { withConfidence } from './shared/withConfidence.ts';
import { withDeadline } from './shared/withDeadline.ts';
import { withShuffledLabels } from './shared/withShuffledLabels.ts';

/** The pages of all types of trials, by the path of their files. */
const forms = import.meta.glob<FormMaker>('./*/form.ts', { eager: true, import: 'form' });

/**
 * A form for one answer.
 *
 * @param question - The task.
 * @param text - The page's strings.
 * @returns The form, with whatever the task asks for besides: order of the labels, a deadline, confidence.
 */
export function taskForm(question: Question, text: Parameters<FormMaker>[1]): AnswerForm {
  const make = forms[`./${question.form}/form.ts`]!;
  return withConfidence(withDeadline(withShuffledLabels(make)))(question, text);
}
