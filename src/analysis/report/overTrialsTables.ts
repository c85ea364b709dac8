import type { CurveResults } from '../results.ts';
import { curveHeading } from './names.ts';
import { intervalColumns, type ReportTable, tableOf } from './table.ts';

/**
 * Tables of response times by stage, learning over the session and lists.
 *
 * @param curve - One curve's results.
 * @returns The tables, folded away.
 */
export function overTrialsTables(curve: CurveResults): ReportTable[] {
  const { times, learning, lists } = curve.overTrials;
  const heading = (what: string, title: string) => ({
    ...curveHeading(curve, what, title),
    place: 'folded' as const,
  });
  const timed = times.filter(({ participants }) => participants > 0);
  return [
    tableOf(heading('response-times', 'Response times by level, ms: means of participants’ medians'), timed, {
      level: (line) => line.level,
      participants: (line) => line.participants,
      median: (line) => line.medianMs,
      ...intervalColumns,
      'right answers': (line) => line.medianRightMs,
      'wrong answers': (line) => line.medianWrongMs,
    }),
    tableOf(heading('learning', 'Learning: proportion correct gained from first to last trial'), [learning], {
      participants: (line) => line.participants,
      gain: (line) => line.gain,
      ...intervalColumns,
    }),
    tableOf(heading('lists', 'Participants who heard the same sounds'), lists, {
      list: (line) => line.list,
      participants: (line) => line.participants,
      sounds: (line) => line.sounds,
      'mean correct': (line) => line.proportionCorrect,
    }),
  ];
}
