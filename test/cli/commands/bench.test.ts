import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgainstResult } from '../../../src/bench/against/benchAgainst.ts';
import { benchCommand } from '../../../src/cli/commands/bench.ts';
import { ratioTable } from '../../../src/cli/terminal/ratioTable.ts';
import { fakePython } from '../../bench/against/fakePython.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runCommand } from '../runCommand.ts';

const python = fakePython(`
  say({ torch: '9.9', threads: 1 });
  lines.on('line', (line) => say({ clock: [3000], processor: [JSON.parse(line).row.length] }));`);
const asked = ['--against', python, '--only', 'step', '--threads', '1', '--sittings', '1', '--repeats', '1'];

test('bench --against times a stage by the published steps and by fast, and prints ratios with their range', async () => {
  const argv = [...asked, '--stage', 'conv1'];
  const { stdout } = await runCommand(benchCommand, [...argv, '--json']);
  const { versions, threads, sittings, rows } = JSON.parse(stdout);
  expect({ torch: versions.torch, threads, sittings }).toEqual({ torch: '9.9', threads: 1, sittings: 1 });
  expect(rows.map(({ row }: { row: string }) => row)).toEqual([
    'branched-small conv1',
    'branched-small conv1, by fast',
  ]);
  for (const { theirs, ours, ratio } of rows) {
    expect(theirs).toEqual({ clock: [3000], processor: ['branched-small conv1'.length] });
    expect(ratio.clock.median).toBeCloseTo(3000 / ours.clock[0], 9);
    expect(ratio.processor.most).toBeCloseTo(theirs.processor[0] / ours.processor[0], 9);
  }
});

test('bench --against with a file measures only what it lacks, and keeps what is in it', async () => {
  const out = join(temporaryFolder(), 'against.json');
  const measured = async (...more: string[]) => {
    const argv = [...asked, '--stage', 'conv1', '--out', out, ...more];
    const { stderr } = await runCommand(benchCommand, argv);
    return [...stderr.matchAll(/^sitting (\d) of \d: (.*)$/gm)].map(
      ([, sitting, row]) => `${sitting} ${row}`,
    );
  };
  const kept = () => JSON.parse(readFileSync(out, 'utf8')) as AgainstResult;
  const conv1 = ['branched-small conv1', 'branched-small conv1, by fast'];
  expect(await measured()).toEqual(conv1.map((row) => `1 ${row}`));
  const first = kept();
  const norm1 = { ...first.rows[0]!, row: 'branched-small norm1' };
  writeFileSync(out, JSON.stringify({ ...first, rows: [norm1, first.rows[0]] }));
  expect(await measured()).toEqual([`1 ${conv1[1]}`]);
  expect(await measured('--sittings', '2')).toEqual(conv1.map((row) => `2 ${row}`));
  const { rows, sittings } = kept();
  expect(sittings).toBe(2);
  expect(rows.map(({ row, ours }) => [row, ours.clock.length])).toEqual([
    ['branched-small norm1', 1],
    ...conv1.map((row) => [row, 2]),
  ]);
  expect(rows[1]!.ours.clock[0]).toBe(first.rows[0]!.ours.clock[0]);
  expect(rows[1]!.ratio.clock.most).toBe(3000 / Math.min(...rows[1]!.ours.clock));
});

test('ratioTable shows medians of the sittings, their ratios and ranges, and what they were made with', () => {
  const times = (ms: number) => ({ clock: [ms, ms, ms], processor: [ms, ms, ms] });
  const text = ratioTable({
    machine: { processor: 'a processor', cores: 2, memoryGiB: 8, platform: 'linux' },
    versions: { torch: '9.9', 'onnxruntime-node': '1.1' },
    ...{ threads: 1, repeats: 5, sittings: 3 },
    rows: [
      {
        ...{ row: 'conv1', theirs: times(300), ours: times(30) },
        ratio: {
          clock: { median: 10, least: 9, most: 11.5 },
          processor: { median: 8.25, least: 8, most: 9 },
        },
      },
    ],
  });
  expect(text).toMatch(/^step +PyTorch, ms +here, ms +ratio +range +of processor time +range$/m);
  expect(text).toMatch(/^conv1 +300\.0 +30\.0 +10\.00 +9\.00 to 11\.50 +8\.25 +8\.00 to 9\.00$/m);
  expect(text).toMatch(
    /PyTorch 9\.9, ONNX Runtime 1\.1, 1 thread, 2 cores of a processor; medians of 3 sittings/,
  );
});

test.each([
  [['--only', 'null'], /^--only must be step or train with --against, got null/],
  [['--stage', 'conv99'], /^--stage must name stages of cochcnn9 or branched-small/],
])('bench --against %j is refused in one sentence', async (argv, message) => {
  const refused = runCommand(benchCommand, ['--against', python, '--only', 'step', ...argv]);
  await expect(refused).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringMatching(message),
  });
});
