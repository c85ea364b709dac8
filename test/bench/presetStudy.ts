/**
 * How many gradient evaluations does `fast` need for what `published-2023` reaches?
 *
 * Reads run folders of both presets and writes a table (JSON) and a figure (SVG) of loss against evaluations:
 *
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset published-2023 --out published
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --preset fast --out fast
 *   npx tsx test/bench/presetStudy.ts published fast test/bench/presetStudy
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../src/figures/plot.ts';
import { readRunRecord } from '../../src/synthesis/runFolder.ts';
import type { RunRecord } from '../../src/synthesis/runRecord.ts';

const [publishedFolder, fastFolder, out] = process.argv.slice(2) as [string, string, string];
const pairs = readdirSync(publishedFolder).flatMap((sound) =>
  readdirSync(join(publishedFolder, sound)).flatMap((stage) => {
    const fast = join(fastFolder, sound, stage);
    const published = readRunRecord(join(publishedFolder, sound, stage));
    const ours = existsSync(fast) ? readRunRecord(fast) : undefined;
    return published && ours ? [{ sound, stage, published, ours }] : [];
  }),
);
const rows = pairs.map(({ sound, stage, published, ours }) => {
  const target = finalLoss(published);
  const reached = ours.loss.find(([, loss]) => loss <= target)?.[0];
  return {
    sound,
    stage,
    publishedLoss: target,
    publishedEvaluations: published.steps,
    publishedSeconds: published.seconds,
    publishedSnrDb: published.criteria.snrDb,
    fastLoss: finalLoss(ours),
    fastEvaluations: ours.steps,
    fastSeconds: ours.seconds,
    fastSnrDb: ours.criteria.snrDb,
    evaluationsToPublishedLoss: reached ?? null,
    ratio: reached === undefined ? null : published.steps / reached,
  };
});
writeFileSync(`${out}.json`, `${JSON.stringify({ model: pairs[0]?.ours.model, rows }, null, 2)}\n`);
writeFileSync(`${out}.svg`, figure());
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);

function finalLoss(record: RunRecord): number {
  return record.loss.at(-1)![1];
}

function figure(): string {
  const points = pairs.flatMap(({ sound, stage, published, ours }) =>
    [published, ours].flatMap((record) =>
      record.loss.map(([step, loss]) => ({
        sound,
        stage,
        preset: record.preset,
        evaluations: step + 1,
        loss,
      })),
    ),
  );
  return plotSvg({
    width: 960,
    height: 260 * new Set(pairs.map(({ sound }) => sound)).size + 60,
    marginLeft: 64,
    marginRight: 90,
    facet: { data: points, x: 'stage', y: 'sound' },
    x: { type: 'log', label: 'Gradient evaluations', tickFormat: '~s' },
    y: { type: 'log', label: 'Normalized loss', tickFormat: '~g', grid: true },
    color: { domain: ['published-2023', 'fast'], range: ['#888', '#c2410c'], legend: false },
    marks: [
      Plot.frame(),
      Plot.line(points, { x: 'evaluations', y: 'loss', stroke: 'preset', z: 'preset', strokeWidth: 1.5 }),
    ],
  });
}
