import { escapeMarkup } from '../../../base/escapeMarkup.ts';
import { figureInk } from '../../../figures/figureStyle.ts';
import { figureColors } from '../../../figures/plot.ts';
import { wrapText } from '../../../figures/wrapText.ts';
import type { AnalysisResults } from '../../results.ts';
import { type ReportFigure, widthPx } from './figureStyle.ts';

const boxWidthPx = 240;
const removedWidthPx = 275;
const stepHeightPx = 92;
const lineHeightPx = 17;
/** Lines of a description that stand between two steps. */
const mostLines = 3;

/**
 * Flow chart from all participants to those analyzed: kept on the left, left out on the right.
 *
 * @returns The figure; steps that removed nothing are named in the caption only.
 */
export function exclusionFlowChart({ exclusions }: AnalysisResults): ReportFigure {
  const active = exclusions.steps.filter(
    (step) => step.removedTrials > 0 || step.removedParticipants.length > 0,
  );
  const idle = exclusions.steps.filter((step) => !active.includes(step));
  const number = (count: number, what: string) =>
    `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
  const boxes = [
    box(0, 0, [
      'Recorded',
      `${number(exclusions.startParticipants, 'participant')}, ${number(exclusions.startTrials, 'main trial')}`,
    ]),
    ...active.flatMap((step, i) => {
      const top = (i + 1) * stepHeightPx;
      const people = step.removedParticipants.length;
      const removed =
        people > 0
          ? `− ${number(people, 'participant')}, ${number(step.removedTrials, 'trial')}`
          : `− ${number(step.removedTrials, 'trial')}`;
      return [
        arrow(i),
        box(widthPx - removedWidthPx, top - 30, [removed, ...wrapText(step.description, 37, mostLines)], {
          isRemoved: true,
        }),
        box(0, top, [
          i === active.length - 1 ? 'Analyzed' : 'Remaining',
          `${number(step.remainingParticipants, 'participant')}, ${number(step.remainingTrials, 'trial')}`,
        ]),
      ];
    }),
  ];
  const height = (active.length + 1) * stepHeightPx;
  return {
    name: 'figure-exclusions',
    caption: `From recorded to analyzed trials.${idle.length > 0 ? ` Rules that removed nothing: ${idle.map(({ description }) => description).join('; ')}.` : ''}`,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}" viewBox="0 0 ${widthPx} ${height}" role="img" aria-label="Flow chart of exclusions" style="max-width: 100%; height: auto; font: 13.5px system-ui, sans-serif; background: white;">${boxes.join('')}</svg>`,
  };
}

function box(left: number, top: number, lines: readonly string[], { isRemoved = false } = {}): string {
  const height = 10 + lineHeightPx * lines.length;
  const width = isRemoved ? removedWidthPx : boxWidthPx;
  const texts = lines
    .map(
      (line, i) =>
        `<text x="${left + 10}" y="${top + 18 + lineHeightPx * i}"${i === 0 ? ' font-weight="600"' : ''} fill="${figureInk.text}">${escapeMarkup(line)}</text>`,
    )
    .join('');
  return `<rect x="${left + 1}" y="${top + 1}" width="${width - 2}" height="${height}" rx="4" fill="${isRemoved ? '#fff4ec' : '#f3f6f9'}" stroke="${isRemoved ? figureColors[1] : '#5b6b7a'}"/>${texts}`;
}

/** From one kept box down to the next, with a branch to the box on the right. */
function arrow(step: number): string {
  const top = step * stepHeightPx + 45;
  const bottom = (step + 1) * stepHeightPx;
  const middle = boxWidthPx / 2;
  return `<path d="M${middle} ${top}V${bottom - 5}M${middle} ${(top + bottom) / 2}H${widthPx - removedWidthPx - 2}" fill="none" stroke="#5b6b7a"/><path d="M${middle - 4} ${bottom - 6}l4 6l4 -6z" fill="#5b6b7a"/>`;
}
