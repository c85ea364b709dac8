/**
 * How many gradient evaluations does `fast` need for what `published-2023` reaches?
 *
 * Reads run folders of both presets and writes a table (JSON) and a figure (SVG) of loss against evaluations:
 *
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset published-2023 --out published
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset fast --seed 1 --out fast-1
 *   npx tsx test/bench/presetStudy.ts test/bench/presetStudy published fast-1 fast-2 fast-3
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../src/figures/plot.ts';
import { readRunRecord } from '../../src/synthesis/runFolder.ts';
import type { RunRecord } from '../../src/synthesis/runRecord.ts';

const [out, publishedFolder, ...fastFolders] = process.argv.slice(2) as [string, string, ...string[]];
const cases = readdirSync(publishedFolder).flatMap((sound) =>
  readdirSync(join(publishedFolder, sound)).flatMap((stage) => {
    const published = readRunRecord(join(publishedFolder, sound, stage));
    const fast = fastFolders.flatMap((folder) => readRunRecord(join(folder, sound, stage)) ?? []);
    return published && fast.length > 0 ? [{ sound, stage, published, fast }] : [];
  }),
);
const rows = cases.map(({ sound, stage, published, fast }) => ({
  ...{ sound, stage, published: summary(published) },
  fast: fast.map((record) => {
    const reached = record.loss.find(([, loss]) => loss <= finalLoss(published))?.[0];
    return { seed: record.seed, ...summary(record), evaluationsToPublishedLoss: reached ?? null };
  }),
}));
writeFileSync(`${out}.json`, `${JSON.stringify({ model: cases[0]?.published.model, rows }, null, 2)}\n`);
writeFileSync(`${out}.svg`, figure());
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);

function summary(record: RunRecord) {
  const { steps, seconds, criteria } = record;
  return { loss: finalLoss(record), evaluations: steps, seconds, snrDb: criteria.snrDb };
}

function finalLoss(record: RunRecord): number {
  return record.loss.at(-1)![1];
}

function figure(): string {
  const points = cases.flatMap(({ sound, stage, published, fast }) =>
    [published, ...fast].flatMap((record) =>
      record.loss.map(([step, loss]) => ({
        sound,
        stage,
        preset: record.preset,
        run: `${record.preset} ${record.seed}`,
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
