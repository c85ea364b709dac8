import { humansInNoiseFigure } from '../../figures/humansInNoiseFigure.ts';
import { humanCaution } from '../../records/humans/compareWithHumans.ts';
import type { BesideHumans } from '../besideHumans.ts';
import { style } from './figures/figureStyle.ts';
import { fileName } from './names.ts';
import type { ReportSection } from './page.ts';
import { tableOf } from './table.ts';

/**
 * Section that holds recognition in noise against people of another study.
 *
 * @param beside - All observers; an empty section for none.
 */
export function humansSection(beside: readonly BesideHumans[]): ReportSection {
  const lines = beside.flatMap(({ observer, task, byBackground, ...all }) =>
    [{ background: 'all', ...all }, ...byBackground].map((line) => ({
      ...{ observer, task, background: line.background },
      ...{ r: line.r, rmse: line.rmse, cells: line.cells },
    })),
  );
  const missing = beside.flatMap(({ observer, missing: cells }) =>
    cells.length > 0 ? [`${observer} has no trials in ${cells.join(', ')}.`] : [],
  );
  return {
    title: 'Beside people in noise',
    text: beside.length > 0 ? [humanCaution, ...missing] : [],
    figures: beside.map((own) => ({
      name: fileName('figure-beside-people', own.task, own.observer),
      caption: `Recognition in noise of ${own.participants} people of another study and of ${own.observer}, ${own.task}. Bars: standard errors; dashed: without background.`,
      svg: humansInNoiseFigure(own.observer, own, style.fontFamily),
      isWide: true,
    })),
    tables:
      beside.length === 0
        ? []
        : [
            tableOf(
              { name: 'beside-people', title: 'Recognition in noise beside people of another study' },
              lines,
              {
                observer: (line) => line.observer,
                task: (line) => line.task,
                background: (line) => line.background,
                cells: (line) => line.cells,
                r: (line) => line.r,
                RMSE: (line) => line.rmse,
              },
            ),
            tableOf(
              { name: 'beside-people-ceiling', title: 'Correlation of halves of those people' },
              beside,
              {
                observer: (line) => line.observer,
                task: (line) => line.task,
                people: (line) => line.participants,
                cells: (line) => line.cells,
                'r of halves': (line) => line.ceiling,
              },
            ),
          ],
  };
}
