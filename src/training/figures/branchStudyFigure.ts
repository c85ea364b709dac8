import * as Plot from '@observablehq/plot';
import { counted } from '../../base/inWords.ts';
import { figureInk, figureStyle, joinedSvg } from '../../figures/figureStyle.ts';
import { legendSvg, seriesEntries } from '../../figures/legend.ts';
import { plotSvg } from '../../figures/plot.ts';
import { seriesColors, seriesSymbols } from '../../figures/series.ts';
import type { CorpusTask } from '../../model/auditoryModel.ts';
import type { BranchPointCost, BranchStudy } from '../branchStudy/branchStudyRecord.ts';
import type { TaskComparison } from '../branchStudy/compareBranchPoints.ts';

const panel = { width: 320, height: 260 };
const titleHeight = 40;
const rowHeight = panel.height + 18;

/** What accuracy is drawn against. */
const costAxes = [
  { key: 'branchPoint', label: 'operations shared', type: 'linear' },
  { key: 'parameters', label: 'parameters, millions', type: 'linear' },
  { key: 'macs', label: 'multiply-accumulates, millions', type: 'linear' },
] as const;

/**
 * Draws a branch-point study as Kell et al. (2018), Fig. 1: accuracy of each task against the number of shared
 * operations, parameters and multiply-accumulates; lines are means over seeds with 95 % intervals, rings single seeds.
 *
 * @returns A self-contained SVG.
 */
export function branchStudyFigure(study: BranchStudy): string {
  const tasks = Object.entries(study.tasks) as [CorpusTask, TaskComparison][];
  const panels = tasks.flatMap(([task, comparison], row) =>
    costAxes.map((axis, column) => ({
      svg: costPanel({ task, comparison, costs: study.costs, axis, isFirst: column === 0 }),
      x: column * panel.width,
      y: titleHeight + row * rowHeight,
    })),
  );
  const { width } = study.config.training;
  const all = costAxes.length * panel.width;
  const bottom = titleHeight + tasks.length * rowHeight;
  const { svg, height } = legend(levelsOf(tasks[0]![1]), all);
  return joinedSvg([...panels, { svg, x: 0, y: bottom }], {
    ...{ width: all, height: bottom + height },
    title: `Accuracy against cost, width ${width}, ${study.config.training.steps} steps, ${counted(study.config.seeds.length, 'seed')}`,
  });
}

function costPanel({
  task,
  comparison,
  costs,
  axis,
  isFirst,
}: {
  task: CorpusTask;
  comparison: TaskComparison;
  costs: readonly BranchPointCost[];
  axis: (typeof costAxes)[number];
  isFirst: boolean;
}): string {
  const { key, label } = axis;
  const levels = levelsOf(comparison);
  const scale = key === 'branchPoint' ? 1 : 1e6;
  const points = costs.flatMap((cost) =>
    levels.map((level) => {
      const { value, interval } = comparison.accuracy[cost.branchPoint]![level]!;
      return { x: cost[key] / scale, level, value, ...interval, branchPoint: cost.branchPoint };
    }),
  );
  const seeds = (key === 'branchPoint' ? costs : []).flatMap((cost) =>
    Object.values(comparison.ofSeeds[cost.branchPoint]!).flatMap((ofSeed) =>
      levels.map((level) => ({ x: cost[key] / scale, level, value: ofSeed[level]! })),
    ),
  );
  const xs = points.map(({ x }) => x);
  const room = 0.08 * (Math.max(...xs) - Math.min(...xs) || 1);
  const top = points.filter(({ level }) => level === levels[0]);
  return plotSvg({
    ...panel,
    ariaLabel: `Share of ${task}s recognized against ${label}`,
    style: figureStyle,
    ...{ marginLeft: 52, marginRight: 12, marginTop: 24, marginBottom: 40 },
    x: {
      domain: [Math.min(...xs) - room, Math.max(...xs) + room],
      ...{ label, labelAnchor: 'center', labelArrow: 'none' },
      ...(key === 'branchPoint' ? { ticks: costs.map(({ branchPoint }) => branchPoint) } : { ticks: 5 }),
    },
    y: {
      label: isFirst ? `share of ${task}s recognized` : null,
      ...{ domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
    },
    color: seriesColors(levels),
    symbol: seriesSymbols(levels),
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke: 'level', strokeWidth: 1.5 }),
      Plot.line(points, { x: 'x', y: 'value', stroke: 'level', strokeWidth: 2, sort: 'branchPoint' }),
      Plot.dot(seeds, { x: 'x', y: 'value', stroke: 'level', r: 2.5, strokeOpacity: 0.7 }),
      Plot.dot(points, { x: 'x', y: 'value', fill: 'level', symbol: 'level', r: 3.5 }),
      ...(key === 'branchPoint' ? [] : costLabels(top, room / 2)),
    ],
  });
}

/** Branch points above their places; those of about the same cost share one label, neighbors stand in two rows. */
function costLabels(points: readonly { x: number; high: number; branchPoint: number }[], near: number) {
  const groups: (typeof points)[] = [];
  for (const point of [...points].sort((a, b) => a.x - b.x)) {
    const last = groups.at(-1);
    if (last && point.x - last[0]!.x < near) groups[groups.length - 1] = [...last, point];
    else groups.push([point]);
  }
  return groups.map((group, i) => {
    const shared = group.map(({ branchPoint }) => branchPoint).sort((a, b) => a - b);
    const label = {
      x: group.reduce((sum, { x }) => sum + x, 0) / group.length,
      y: Math.max(...group.map(({ high }) => high)),
      text: shared.length > 1 ? `${shared[0]}–${shared.at(-1)}` : String(shared[0]),
    };
    return Plot.text([label], {
      x: 'x',
      y: 'y',
      text: 'text',
      dy: i % 2 === 0 ? -9 : -22,
      fill: figureInk.muted,
    });
  });
}

/** Below the panels, which have no room for it. */
function legend(levels: readonly string[], width: number) {
  const notes = ['bars: 95 %', 'rings: single seeds', 'numbers: shared operations'];
  return legendSvg([...seriesEntries(levels), ...notes.map((name) => ({ name }))], width);
}

function levelsOf(comparison: TaskComparison): string[] {
  return Object.keys(Object.values(comparison.accuracy)[0]!).filter((level) => level !== 'mean');
}
