import type { AnswerSummary, Demographic } from '../demographics.ts';
import type { ReportSection } from './page.ts';
import { shownNumber, tableOf } from './table.ts';

/** The export's questions as a reader would ask them. */
const titles: Readonly<Record<string, string>> = {
  age: 'Age (years)',
  gender: 'Gender',
  hearingLoss: 'Known hearing loss',
  nativeLanguage: 'First language',
  headphones: 'Headphones',
  connection: 'Their connection',
  musicYears: 'Music, playing or singing (years)',
};

/** Own words may be as many as people. */
const mostAnswers = 12;

/**
 * Who took part.
 *
 * @returns The section; its table has no rows where nothing is known of anybody.
 */
export function demographicsSection(demographics: readonly Demographic[]): ReportSection {
  return {
    title: 'Participants',
    figures: [],
    tables: [
      tableOf(
        { name: 'demographics', title: 'What participants told of themselves' },
        demographics.flatMap(linesOf),
        {
          question: (line) => line.question,
          answer: (line) => line.answer,
          everyone: (line) => line.everyone,
          analyzed: (line) => line.analyzed,
        },
      ),
    ],
  };
}

interface Line {
  question: string;
  answer: string;
  everyone: string;
  analyzed: string;
}

function linesOf({ question, everyone, analyzed }: Demographic): Line[] {
  const line = (answer: string, of: (summary: AnswerSummary) => string): Line => ({
    ...{ question: titles[question] ?? question, answer },
    everyone: of(everyone),
    analyzed: of(analyzed),
  });
  const missing = everyone.missing > 0 ? [line('not answered', (of) => String(of.missing))] : [];
  if (everyone.numbers)
    return [
      line('mean (SD)', ({ numbers }) =>
        numbers ? `${shownNumber(numbers.mean)} (${shownNumber(numbers.standardDeviation)})` : '–',
      ),
      line('range', ({ numbers }) => (numbers ? `${numbers.least}–${numbers.most}` : '–')),
      ...missing,
    ];
  const shown = everyone.answers.slice(0, mostAnswers).map(({ answer }) => answer);
  const countOf = ({ answers }: AnswerSummary, isMeant: (answer: string) => boolean) =>
    String(answers.reduce((sum, { answer, count }) => sum + (isMeant(answer) ? count : 0), 0));
  const others =
    everyone.answers.length > mostAnswers
      ? [line('other answers', (of) => countOf(of, (answer) => !shown.includes(answer)))]
      : [];
  return [
    ...shown.map((answer) => line(answer, (of) => countOf(of, (own) => own === answer))),
    ...others,
    ...missing,
  ];
}
