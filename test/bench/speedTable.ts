/**
 * How fast is a step beside PyTorch's? Fills the table of `test/bench/README.md` and the line of `README.md` from what
 * `metamer bench --against` measured, and prints the table.
 *
 *   npx metamer bench --against python3 --repeats 3 --out test/bench/against.json --stage \
 *     cochleagram,relu0,relu1,relu2,relu3,relu4,avgpool,relufc,final,norm1,conv3,top.word
 *   npx tsx test/bench/speedTable.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { AgainstResult } from '../../src/bench/against/benchAgainst.ts';
import type { ComparedRow, Ratio } from '../../src/bench/against/ratios.ts';
import { median } from '../../src/statistics/estimates/descriptive.ts';

/** How many times as fast as PyTorch a step was meant to be. */
const aims: Readonly<Record<string, number>> = {
  'cochcnn9 cochleagram': 25,
  'cochcnn9 relu0': 18,
  'cochcnn9 relu1': 14,
  'cochcnn9 relu2': 12,
  'cochcnn9 relu3': 9,
  'cochcnn9 relu4': 8,
  'cochcnn9 avgpool': 8,
  'cochcnn9 relufc': 7,
  'cochcnn9 final': 7,
  'branched-small training, network and update': 1,
  'branched-small training, from waveforms': 12,
};

const header = '| step | PyTorch | here | ratio | here, by `fast` | ratio | aim |';
const place = (path: string) => new URL(path, import.meta.url);
const result: AgainstResult = JSON.parse(readFileSync(place('against.json'), 'utf8'));
const rows = new Map(result.rows.map((each) => [each.row, each]));
const table = [
  header,
  '|---|---|---|---|---|---|---|',
  ...[...rows.values()].flatMap(lineOf),
  '',
  madeWith(),
];
process.stdout.write(`${table.join('\n')}\n`);
fill('README.md', /^\| step \| PyTorch \|.*\n(?:\|.*\n)*\nPyTorch .*$/m, table.join('\n'));
fill('../../README.md', /a step of a synthesis takes .*? in PyTorch [\d.]+\d/, shortly());

function lineOf({ row, theirs, ours, ratio }: ComparedRow): string[] {
  if (row.endsWith(', by fast')) return [];
  const fast = rows.get(`${row}, by fast`);
  const cells = [
    ...[row.replace(/^\S+/, '`$&`'), ms(theirs.clock), ms(ours.clock), ratioText(ratio.clock)],
    ...(fast ? [ms(fast.ours.clock), ratioText(fast.ratio.clock)] : ['', '']),
    String(aims[row] ?? ''),
  ];
  return [`| ${cells.join(' | ')} |`];
}

function madeWith(): string {
  const { machine, versions, threads, sittings, repeats } = result;
  return `PyTorch ${versions['torch']}, ONNX Runtime ${versions['onnxruntime-node']}, ${threads} threads on ${machine.cores} cores of ${machine.processor}, ${machine.memoryGiB} GiB; ${sittings} sittings of ${repeats} repeats; in brackets the range of the ratio.`;
}

/** The slowest and the fastest stage of `cochcnn9`, as the README tells them. */
function shortly(): string {
  const of = (stage: string) => rows.get(`cochcnn9 ${stage}`)!;
  const [first, last] = [of('cochleagram'), of('final')];
  const times = [first, last].map(({ ratio }) => Math.round(ratio.clock.median));
  const version = result.versions['torch']!.split('.').slice(0, 2).join('.');
  return `a step of a synthesis takes ${Math.round(median(first.ours.clock))} ms at the cochleagram to ${Math.round(median(last.ours.clock))} ms at the last stage of \`cochcnn9\` on ${result.threads} cores, ${times[0]} to ${times[1]} times less than the same loss and gradient in PyTorch ${version}`;
}

function ms(sittings: readonly number[]): string {
  return String(Number(median(sittings).toPrecision(3)));
}

function ratioText({ median: middle, least, most }: Ratio): string {
  const [shown, from, to] = [middle, least, most].map((ratio) => ratio.toFixed(ratio < 2 ? 2 : 1));
  return `${shown} (${from}–${to})`;
}

function fill(path: string, part: RegExp, text: string): void {
  const before = readFileSync(place(path), 'utf8');
  if (!part.test(before)) throw new Error(`${path} lacks what ${part} looks for`);
  writeFileSync(
    place(path),
    before.replace(part, () => text),
  );
}
