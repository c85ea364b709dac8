import { twoColumnsSvg } from '../../figures/figureStyle.ts';
import { legendSvg, seriesEntries } from '../../figures/legend.ts';
import { observerOf } from '../evaluation/evaluation.ts';
import type { DrawnEvaluation } from '../evaluation/readEvaluation.ts';
import { type SnrSeries, snrPanel, snrPanelSize } from './snrPanel.ts';

/**
 * Draws evaluations in one figure: accuracy over signal-to-noise ratio in all backgrounds, a panel a task.
 *
 * @param evaluations - In the order of the legend; they may be of several models or ears.
 * @returns A self-contained SVG.
 */
export function besideFigure(evaluations: readonly DrawnEvaluation[]): string {
  const names = evaluations.map(observerOf);
  const tasks = [...new Set(evaluations.flatMap(({ tasks }) => Object.keys(tasks)))];
  const snrsDb = [...new Set(evaluations.flatMap(({ snrsDb }) => snrsDb))].sort((a, b) => a - b);
  const panels = tasks.map((task) =>
    snrPanel(
      task,
      snrsDb,
      evaluations.map(
        ({ tasks: { [task]: groups } }, i): SnrSeries => ({
          name: names[i]!,
          accuracyOf: ({ snrDb }) => groups?.[snrDb === 'clean' ? snrDb : `${snrDb} dB`],
        }),
      ),
    ),
  );
  return twoColumnsSvg(panels, {
    ...snrPanelSize,
    title: 'Recognition over signal-to-noise ratio, all backgrounds, with 95 % intervals',
    below: (width) => legendSvg(seriesEntries(names), width),
  });
}
