/**
 * How many gradient evaluations does `fast` need for what `published-2023` reaches?
 *
 * Reads run folders of both presets, any number of seeds each, and writes a table (JSON) and a figure (SVG) of loss
 * against evaluations:
 *
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset published-2023 --out published-1
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset fast --seed 1 --out fast-1
 *   npx tsx test/bench/presetStudy.ts test/bench/presetStudy published-1 published-2 fast-1 fast-2 fast-3
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../src/figures/plot.ts';
import { readRunRecord } from '../../src/synthesis/runFolder.ts';
import type { RunRecord } from '../../src/synthesis/runRecord.ts';

const [out, ...folders] = process.argv.slice(2) as [string, ...string[]];
const records = folders.flatMap((folder) =>
  readdirSync(folder).flatMap((sound) =>
    readdirSync(join(folder, sound)).flatMap((stage) => readRunRecord(join(folder, sound, stage)) ?? []),
  ),
);
const cases = [...new Set(records.map(({ sound, stage }) => `${sound} ${stage}`))].sort().flatMap((key) => {
  const runs = records.filter(({ sound, stage }) => `${sound} ${stage}` === key);
  const of = (name: string) => runs.filter(({ preset }) => preset === name);
  const [{ sound, stage }, published, fast] = [runs[0]!, of('published-2023'), of('fast')];
  return published.length > 0 && fast.length > 0 ? [{ sound, stage, published, fast }] : [];
});
const rows = cases.map(({ sound, stage, published, fast }) => {
  const asked = median(published.map(finalLoss));
  return {
    ...{ sound, stage },
    medianLoss: { published: asked, fast: median(fast.map(finalLoss)) },
    published: published.map(summary),
    fast: fast.map((record) => ({
      ...summary(record),
      evaluationsToPublishedMedian: record.loss.find(([, loss]) => loss <= asked)?.[0] ?? null,
    })),
  };
});
writeFileSync(`${out}.json`, `${JSON.stringify({ model: records[0]?.model, rows }, null, 2)}\n`);
writeFileSync(`${out}.svg`, figure());
for (const { sound, stage, medianLoss, published, fast } of rows) {
  const losses = (runs: { loss: number }[]) => runs.map(({ loss }) => loss.toExponential(2)).join(', ');
  const needed = fast
    .map(({ evaluationsToPublishedMedian }) => evaluationsToPublishedMedian ?? '–')
    .join(', ');
  const ratio = (medianLoss.fast / medianLoss.published).toPrecision(2);
  process.stdout.write(
    `| ${sound} | ${stage} | ${losses(published)} | ${losses(fast)} | ${ratio} | ${needed} |\n`,
  );
}

function summary(record: RunRecord) {
  const { seed, oversampling, steps, seconds, criteria } = record;
  return { seed, oversampling, loss: finalLoss(record), evaluations: steps, seconds, snrDb: criteria.snrDb };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function finalLoss(record: RunRecord): number {
  return record.loss.at(-1)![1];
}

function figure(): string {
  const points = cases.flatMap(({ sound, stage, published, fast }) =>
    [...published, ...fast].flatMap((record, run) =>
      record.loss.map(([step, loss]) => ({
        sound,
        stage,
        preset: record.preset,
        run,
        evaluations: step + 1,
        loss,
      })),
    ),
  );
  return plotSvg({
    width: 960,
    height: 260 * new Set(cases.map(({ sound }) => sound)).size + 60,
    marginLeft: 64,
    marginRight: 90,
    facet: { data: points, x: 'stage', y: 'sound' },
    x: { type: 'log', label: 'Gradient evaluations', tickFormat: '~s' },
    y: { type: 'log', label: 'Normalized loss', tickFormat: '~g', grid: true },
    color: { domain: ['published-2023', 'fast'], range: ['#888', '#c2410c'], legend: false },
    marks: [
      Plot.frame(),
      Plot.line(points, { x: 'evaluations', y: 'loss', stroke: 'preset', z: 'run', strokeWidth: 1.2 }),
    ],
  });
}
