import type { Summary } from '../../experimenter/summary.ts';
import { element } from '../shared/element.ts';
import { table } from './table.ts';

const width = 240;
const height = 16;
const margin = 6;

/**
 * Proportion right by condition, as numbers and as a dot with its interval.
 *
 * @param cells - One row a task and condition.
 */
export function recognitionSection(cells: Summary['recognition']): HTMLElement {
  return table(
    'Recognition by condition',
    [['task'], ['condition'], ['right', 'number'], ['of', 'number'], ['share', 'number'], ['0 … 1']],
    cells.map((cell) => [
      cell.task,
      cell.condition,
      cell.right,
      cell.count,
      (cell.right / cell.count).toFixed(2),
      intervalPicture(cell),
    ]),
  );
}

function intervalPicture({ right, count, low, high }: Summary['recognition'][number]): HTMLElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const set = (name: string, attributes: Record<string, string | number>) => {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
    svg.append(shape);
  };
  svg.setAttribute('viewBox', `${-margin} 0 ${width + 2 * margin} ${height}`);
  svg.setAttribute('width', String(width + 2 * margin));
  svg.setAttribute('height', String(height));
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `interval from ${low.toFixed(2)} to ${high.toFixed(2)}`);
  const y = height / 2;
  set('line', { x1: 0, x2: width, y1: y, y2: y, class: 'axis' });
  set('line', { x1: low * width, x2: high * width, y1: y, y2: y, class: 'interval' });
  set('circle', { cx: (right / count) * width, cy: y, r: 5, class: 'dot' });
  return element('span', {}, svg);
}
