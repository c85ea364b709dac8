/**
 * Do other models hear a model's metamers as it does? Recognition by stage, observers in groups.
 *
 * Reads run folders and writes a table (JSON) and a figure (SVG). An observer is asked only about sounds whose original it
 * names as the metamers' model does; what counts is that it gives the metamer the same name.
 *
 *   metamer synthesize SOUND… --stage norm1,conv3,top.word --model branched-small --out runs
 *   npx tsx test/bench/crossRecognition.ts runs test/bench/crossRecognition 'itself=branched-small' 'others=model-a,model-b'
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { writeJsonAtomic } from '../../src/base/files.ts';
import { plotSvg } from '../../src/figures/plot.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { nullLabel } from '../../src/model/modelDescription.ts';
import { recognize } from '../../src/model/recognize.ts';
import { readRunRecord } from '../../src/records/runFolder.ts';
import { wilsonInterval } from '../../src/statistics/estimates/proportion.ts';
import { readRunSounds } from '../../src/synthesis/runs/runSounds.ts';

interface Row {
  observers: string;
  /** Stage without its branch: `top` of `top.word` and `top.music`. */
  stage: string;
  agreeing: number;
  asked: number;
  share: number;
  interval: { low: number; high: number };
}

const [runsFolder, out, ...groups] = process.argv.slice(2) as [string, string, ...string[]];
const runs = readdirSync(runsFolder).flatMap((sound) =>
  readdirSync(join(runsFolder, sound)).flatMap((stage) => {
    const folder = join(runsFolder, sound, stage);
    const record = readRunRecord(folder);
    return record ? [{ folder, record }] : [];
  }),
);
const first = runs[0]?.record;
if (!first) throw new Error(`${runsFolder} must hold finished runs`);
const operations = loadModel(first.model).stages.map(({ name }) => operationOf(name));
const rows: Row[] = [];
for (const group of groups) {
  const [observers, models] = group.split('=') as [string, string];
  const answers = [];
  for (const model of models.split(',')) answers.push(...(await answersOf(model)));
  for (const stage of new Set(operations)) {
    const asked = answers.filter((answer) => answer.stage === stage && answer.isAsked);
    if (asked.length === 0) continue;
    const agreeing = asked.filter(({ agrees }) => agrees).length;
    rows.push({
      ...{ observers, stage, agreeing, asked: asked.length, share: agreeing / asked.length },
      interval: wilsonInterval(agreeing, asked.length),
    });
  }
  process.stderr.write(`${observers}: ${answers.length} metamers\n`);
}
const { model, preset } = first;
writeJsonAtomic(`${out}.json`, { model, preset, steps: first.steps, runs: runs.length, rows });
writeFileSync(`${out}.svg`, figure());
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);

function operationOf(stage: string): string {
  return stage.split('.')[0]!;
}

async function answersOf(name: string) {
  const observer = loadModel(name);
  const sounds = [];
  for (const { folder } of runs) {
    const { reference, metamer } = await readRunSounds(folder, observer);
    sounds.push(reference, metamer);
  }
  const heard = await recognize(observer, sounds, { form: 'fast', top: 1 });
  return runs.map(({ record }, i) => {
    const { word, genre } = record.criteria.predictedClasses;
    const task = word && word.reference !== nullLabel ? 'word' : 'genre';
    const named = (task === 'word' ? word : genre)?.reference;
    const [reference, metamer] = [heard[2 * i]!, heard[2 * i + 1]!].map((each) => each[task][0]?.label);
    return {
      stage: operationOf(record.stage),
      isAsked: reference !== undefined && reference === named,
      agrees: metamer === reference,
    };
  });
}

function figure(): string {
  const stages = [...new Set(operations)].filter((stage) => rows.some((row) => row.stage === stage));
  const share = ({ share }: Row) => 100 * share;
  return plotSvg({
    width: 1100,
    height: 340,
    marginLeft: 56,
    marginBottom: 80,
    facet: { data: rows, x: 'observers' },
    fx: { label: null },
    x: { type: 'point', domain: stages, label: 'Stage that the metamer matches', tickRotate: -45 },
    y: { domain: [0, 100], label: 'Recognized as the original, %', grid: true },
    marks: [
      Plot.frame({ stroke: '#ccc' }),
      Plot.ruleX(rows, {
        x: 'stage',
        y1: ({ interval }: Row) => 100 * interval.low,
        y2: ({ interval }: Row) => 100 * interval.high,
        stroke: '#999',
      }),
      Plot.line(rows, { x: 'stage', y: share, stroke: '#c2410c', sort: null }),
      Plot.dot(rows, { x: 'stage', y: share, fill: '#c2410c' }),
    ],
  });
}
