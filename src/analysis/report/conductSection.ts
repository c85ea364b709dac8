import { type ConductSensitivity, muchMarked } from '../exclusions/conduct.ts';
import type { ReportSection } from './page.ts';
import { tableOf } from './table.ts';

/**
 * What marked answers do to the main result.
 *
 * @returns The section; without content where no answer is marked.
 */
export function conductSection({ flags, lines }: ConductSensitivity): ReportSection {
  const title = 'How answers came about';
  if (flags.length === 0) return { title, figures: [], tables: [] };
  return {
    title,
    text: [
      `The listening test marks answers by how they came about (the study’s codebook says what each mark means). Marked answers are analyzed like all others; here the main result stands beside what it would be without them, and without people who have marks on more than ${100 * muchMarked} % of their answers.`,
    ],
    figures: [],
    tables: [
      tableOf({ name: 'conduct-flags', title: 'Marked answers' }, flags, {
        mark: (line) => line.flag,
        answers: (line) => line.answers,
        participants: (line) => line.participants,
      }),
      tableOf(
        { name: 'conduct-sensitivity', title: 'The main result with and without marked answers' },
        lines,
        {
          answers: (line) => line.answers,
          task: (line) => line.task,
          'metamers of': (line) => line.metamerModel,
          participants: (line) => line.participants,
          trials: (line) => line.trials,
          'proportion correct': (line) => line.proportionCorrect,
          effect: (line) => line.effect,
          p: (line) => line.p,
        },
      ),
    ],
  };
}
