import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Command } from '../../../src/cli/command.ts';
import { brainCommand } from '../../../src/cli/commands/brain.ts';
import { evaluateCommand } from '../../../src/cli/commands/evaluate.ts';
import { nullCommand } from '../../../src/cli/commands/null.ts';
import { recognizeCommand } from '../../../src/cli/commands/recognize.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { writeFewOpsOnnx } from '../../fewOpsOnnx.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const made = (...names: string[]) => {
  const path = join(folder, ...names);
  mkdirSync(path, { recursive: true });
  return path;
};
const [sounds, corpus] = [made('sounds'), join(folder, 'corpus')];
const responses = join(folder, 'responses.npy');
const short = ['--model', writeFewOpsOnnx(made('short'), { sampleRateHz: 8000, samples: 8000 })];
const long = ['--model', writeFewOpsOnnx(made('long'), { sampleRateHz: 20000, samples: 40000 })];

beforeAll(async () => {
  for (let i = 0; i < 8; i++) {
    // Twice half a second.
    const half = tinySound(i + 1);
    writeNpy(join(sounds, `${i}.npy`), Float32Array.of(...half, ...half));
  }
  writeNpy(
    responses,
    Float32Array.from({ length: 16 }, (_, i) => Math.sin(i * i)),
    [8, 2],
  );
  if (hasWebgpu) await writeToneCorpus(corpus);
});

interface OnDevice {
  name: string;
  command: Command;
  argv: string[];
  /** What it leaves below a folder; else what it prints counts. */
  leaves?: string;
  /** Whether the ear is in the graph, whose ops a device in software takes long to compile. */
  isSlow?: true;
}

const commands: OnDevice[] = [
  {
    ...{ name: 'recognize', command: recognizeCommand },
    argv: [...short, join(sounds, '0.npy'), join(sounds, '1.npy'), '--json'],
  },
  {
    ...{ name: 'evaluate', command: evaluateCommand, leaves: 'trials.csv' },
    argv: [...long, '--corpus', corpus, '--per-label', '1', '--snr-db', 'none'],
  },
  {
    ...{ name: 'null with another duration', command: nullCommand, leaves: 'null.json', isSlow: true },
    argv: [...short, '--sounds', sounds, '--duration-seconds', '0.6'],
  },
  {
    ...{ name: 'brain', command: brainCommand, leaves: 'brain.json', isSlow: true },
    argv: [...short, '--responses', responses, '--sounds', sounds, '--splits', '2', '--no-controls'],
  },
];
const asked = commands.filter(({ isSlow }) => !isSlow || process.env['METAMER_SLOW']);

test.skipIf(!hasWebgpu).each(asked)(
  '$name gives the same numbers on WebGPU as on the processor (skipped where there is no WebGPU device)',
  async ({ name, command, argv, leaves }) => {
    const numbersOn = async (device: string) => {
      const out = made(name, device);
      // Of `null`, `--out` is the file itself.
      const outFlags = leaves ? ['--out', command === nullCommand ? join(out, leaves) : out] : [];
      const { stdout } = await runCommand(command, [...argv, ...outFlags, '--device', device]);
      return numbersIn(leaves ? readFileSync(join(out, leaves), 'utf8') : stdout);
    };
    const [expected, actual] = [await numbersOn('cpu'), await numbersOn('webgpu')];
    expect(actual).toHaveLength(expected.length);
    expect(expected.length).toBeGreaterThan(1);
    for (const [i, value] of expected.entries())
      expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
  },
);

/** Numbers with a fraction: others name and count. */
const numbersIn = (text: string) => (text.match(/-?\d+\.\d+(e-?\d+)?/g) ?? []).map(Number);
