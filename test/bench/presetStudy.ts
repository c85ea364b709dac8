/**
 * How many gradient evaluations does `fast` need for what `published-2023` reaches?
 *
 * Reads run folders of both presets, any number of seeds each, and writes a table (JSON) and a figure (SVG) of loss
 * against evaluations. Published runs that the JSON holds already stay in it, so that later versions of `fast` need none
 * anew:
 *
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset published-2023 --out published-1
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset fast --seed 1 --out fast-1
 *   npx tsx test/bench/presetStudy.ts test/bench/presetStudy published-1 fast-1 fast-2 fast-3
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../src/figures/plot.ts';
import { readRunRecord } from '../../src/records/runFolder.ts';
import type { RunRecord } from '../../src/records/runRecord.ts';
import { median } from '../../src/statistics/estimates/descriptive.ts';

/** One run as the JSON holds it; published ones of earlier versions lack the curve. */
interface Run {
  seed: number;
  oversampling: number;
  loss: number;
  evaluations: number;
  seconds: number;
  snrDb: number;
  passed?: boolean;
  /** Step and the loss before it. */
  curve?: readonly (readonly [number, number])[];
}

interface Case {
  sound: string;
  stage: string;
  published: Run[];
  fast: Run[];
}

/** Of the JSON; the figure has them all. */
const pointsPerCurve = 60;

const [out, ...folders] = process.argv.slice(2) as [string, ...string[]];
const records = folders.flatMap((folder) =>
  readdirSync(folder).flatMap((sound) =>
    readdirSync(join(folder, sound)).flatMap((stage) => readRunRecord(join(folder, sound, stage)) ?? []),
  ),
);
const earlier: Case[] = existsSync(`${out}.json`) ? JSON.parse(readFileSync(`${out}.json`, 'utf8')).rows : [];
const rows = casesOf(records).map(({ sound, stage, published, fast }) => {
  const asked = median(published.map(({ loss }) => loss));
  return {
    ...{ sound, stage },
    medianLoss: { published: asked, fast: median(fast.map(({ loss }) => loss)) },
    evaluationsToPublishedMedian: fast.map(
      ({ curve }) => curve!.find(([, loss]) => loss <= asked)?.[0] ?? null,
    ),
    ...{ published, fast },
  };
});
const thinned = rows.map((row) => ({ ...row, published: row.published.map(thin), fast: row.fast.map(thin) }));
writeFileSync(`${out}.json`, jsonText({ model: records[0]?.model, rows: thinned }));
writeFileSync(`${out}.svg`, figure(rows));
for (const { sound, stage, medianLoss, published, fast, evaluationsToPublishedMedian } of rows) {
  const losses = (runs: Run[]) => runs.map(({ loss }) => loss.toExponential(2)).join(', ');
  const needed = evaluationsToPublishedMedian.map((count) => count ?? '–').join(', ');
  const ratio = (medianLoss.fast / medianLoss.published).toPrecision(2);
  process.stdout.write(
    `| ${sound} | ${stage} | ${losses(published)} | ${losses(fast)} | ${ratio} | ${needed} |\n`,
  );
}

/** JSON with each pair of a curve on one line. */
function jsonText(study: object): string {
  return `${JSON.stringify(study, null, 2).replace(/\[\s+(-?[\d.e-]+),\s+(-?[\d.e-]+)\s+\]/g, '[$1, $2]')}\n`;
}

/** Sounds and stages of which there are runs of both presets. */
function casesOf(all: readonly RunRecord[]): Case[] {
  return [...new Set(all.map(({ sound, stage }) => `${sound} ${stage}`))].sort().flatMap((key) => {
    const of = (name: string) =>
      all.filter(({ sound, stage, preset }) => `${sound} ${stage}` === key && preset === name).map(runOf);
    const [sound, stage] = key.split(' ') as [string, string];
    const before = earlier.find((row) => row.sound === sound && row.stage === stage)?.published ?? [];
    const added = of('published-2023');
    const kept = before.filter(({ loss }) => !added.some((run) => run.loss === loss));
    const published = [...kept, ...added];
    const fast = of('fast');
    return published.length > 0 && fast.length > 0 ? [{ sound, stage, published, fast }] : [];
  });
}

function runOf({ seed, oversampling, steps, seconds, criteria, loss }: RunRecord): Run {
  const { snrDb, passed } = criteria;
  return {
    seed,
    oversampling,
    loss: loss.at(-1)![1],
    evaluations: steps,
    seconds,
    snrDb,
    passed,
    curve: loss,
  };
}

function thin({ curve, ...run }: Run): Run {
  if (!curve) return run;
  const every = Math.ceil(curve.length / pointsPerCurve);
  const kept = curve.filter((_, i) => i % every === 0 || i === curve.length - 1);
  return { ...run, curve: kept.map(([step, loss]) => [step, Number(loss.toPrecision(4))] as const) };
}

/** Curves where there are any; every published run's end as a line across. */
function figure(cases: readonly Case[]): string {
  const column = (stage: string) => stage.split('.')[0]!;
  const points = cases.flatMap(({ sound, stage, published, fast }) =>
    Object.entries({ 'published-2023': published, fast }).flatMap(([preset, runs]) =>
      runs.flatMap(({ curve = [] }, run) =>
        curve.map(([step, loss]) => ({
          ...{ sound, preset, loss },
          stage: column(stage),
          run: `${preset} ${run}`,
          evaluations: step + 1,
        })),
      ),
    ),
  );
  const ends = cases.flatMap(({ sound, stage, published }) =>
    published.map(({ loss }) => ({ sound, stage: column(stage), loss })),
  );
  return plotSvg({
    ariaLabel: 'Loss against gradient evaluations of fast, and where published-2023 ends, by sound and stage',
    width: 960,
    height: 240 * new Set(cases.map(({ sound }) => sound)).size + 60,
    marginLeft: 56,
    marginRight: 90,
    facet: { data: points, x: 'stage', y: 'sound' },
    fx: { domain: ['norm1', 'conv3', 'top'], label: null },
    fy: { label: null },
    x: { label: 'Gradient evaluations', ticks: 5, tickFormat: '~s' },
    y: { type: 'log', domain: [5e-5, 1.5], label: 'Normalized loss', ticks: 5, tickFormat: '~g', grid: true },
    color: { domain: ['published-2023', 'fast'], range: ['#888', '#c2410c'], legend: false },
    marks: [
      Plot.frame(),
      Plot.ruleY(ends, { y: 'loss', fx: 'stage', fy: 'sound', stroke: '#555', strokeDasharray: '4 3' }),
      Plot.line(points, {
        ...{ x: 'evaluations', y: 'loss', stroke: 'preset', z: 'run' },
        ...{ strokeWidth: 1, clip: true },
      }),
    ],
  });
}
