import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/base/inputError.ts';
import { cochleagramCommand } from '../../../src/cli/commands/cochleagram.ts';
import { readNpy, writeNpy } from '../../../src/formats/npy.ts';
import { relativeError } from '../../expectAllClose.ts';
import references from '../../reference/cochleagram.json' with { type: 'json' };
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const reference = references[1]!;
const sound = join(folder, 'sound.npy');
writeNpy(sound, Float32Array.from(reference.waveform));
const flags =
  '--sample-rate-hz 16000 --filters 8 --low-hz 20 --high-hz 7000 --overcomplete 2 --envelope-rate-hz 400 --rms none';

test('cochleagram sound.npy --out c.npy writes [channels, frames] that agree with PyTorch, and --json tells shape', async () => {
  const out = join(folder, 'c.npy');
  const { code, stdout } = await runCommand(cochleagramCommand, [
    sound,
    '--out',
    out,
    '--json',
    ...flags.split(' '),
  ]);
  expect(code).toBe(0);
  const { shape, centerFrequenciesHz, seconds } = JSON.parse(stdout);
  expect(shape).toEqual(reference.shape);
  expect(seconds).toBeCloseTo(1999 / 16000, 12);
  expect(relativeError(centerFrequenciesHz, reference.centerFrequenciesHz)).toBeLessThan(1e-9);
  const written = readNpy(out);
  expect(written.shape).toEqual(reference.shape);
  expect(relativeError(written.values, reference.cochleagram)).toBeLessThan(1e-6);
});

test('--rms 0.1 sets the level: the sound at ten times its amplitude gives the same cochleagram', async () => {
  const loud = join(folder, 'loud.npy');
  writeNpy(
    loud,
    Float32Array.from(reference.waveform, (x) => 10 * x),
  );
  const outs = [join(folder, 'a.npy'), join(folder, 'b.npy')];
  await runCommand(cochleagramCommand, [sound, '--out', outs[0]!, '--filters', '5']);
  await runCommand(cochleagramCommand, [loud, '--out', outs[1]!, '--filters', '5']);
  const [a, b] = outs.map((out) => readNpy(out).values);
  expect(relativeError(a!, b!)).toBeLessThan(1e-5);
});

test('--out c.svg and c.png draw frequency in Hz, time in seconds and the values at one pixel each', async () => {
  const svgPath = join(folder, 'c.svg');
  const pngPath = join(folder, 'c.png');
  await runCommand(cochleagramCommand, [sound, '--out', svgPath, ...flags.split(' ')]);
  await runCommand(cochleagramCommand, [sound, '--out', pngPath, ...flags.split(' ')]);
  const svg = readFileSync(svgPath, 'utf8');
  expect(svg).toContain('frequency (Hz)');
  expect(svg).toContain('time (s)');
  expect(svg).toContain('>5000<');
  const raster = decode(Buffer.from(/base64,([^"]+)"/.exec(svg)![1]!, 'base64'));
  expect([raster.height, raster.width]).toEqual(reference.shape);
  const figure = decode(readFileSync(pngPath));
  expect([figure.width, figure.height]).toEqual([960, 600]);
  // White paper, and ink on it.
  expect([...figure.data.slice(0, 3)]).toEqual([255, 255, 255]);
  expect(figure.data.some((value) => value < 50)).toBe(true);
});

test.each([
  [
    ['--high-hz', '9000', '--sample-rate-hz', '16000'],
    /^--high-hz of the cochleagram must be ≤ 8000, half of the sample rate of 16000 Hz, got 9000/,
  ],
  [
    ['--low-hz', '11000'],
    /^--low-hz of the cochleagram must be ≥ 0 and below the upper limit, 10000 Hz, got 11000/,
  ],
  [
    ['--envelope-rate-hz', '300'],
    /^--envelope-rate-hz of the cochleagram must be a divisor of the sample rate, 20000 Hz, got 300/,
  ],
  [
    ['--overcomplete', '3'],
    /--overcomplete of the cochleagram must be 1 or even, as published, got 3; use 1, 2, 4 or 8/,
  ],
  [['--filters', '0'], /--filters must be a whole number ≥ 1, got '0'/],
  [['--envelope-rate-hz', '10', '--start-seconds', '1'], /--start-seconds must be given together with/],
])('cochleagram %j is refused and writes nothing', async (extra, message) => {
  const out = join(folder, 'refused.npy');
  const run = runCommand(cochleagramCommand, [sound, '--out', out, ...extra]);
  await expect(run).rejects.toThrow(InputError);
  await expect(run).rejects.toThrow(message);
  expect(existsSync(out)).toBe(false);
});

test('a sound shorter than the low-pass filter is refused by name; an existing file and other endings as well', async () => {
  const short = join(folder, 'short.npy');
  writeNpy(short, Float32Array.from(reference.waveform.slice(0, 900)));
  await expect(runCommand(cochleagramCommand, [short, '--out', join(folder, 'x.npy')])).rejects.toThrow(
    /short.npy: the sound must be ≥ 1001 samples/,
  );
  await expect(runCommand(cochleagramCommand, [sound, '--out', sound])).rejects.toThrow(
    /exists already; choose another name, or add --overwrite/,
  );
  await expect(runCommand(cochleagramCommand, [sound, '--out', 'c.txt'])).rejects.toThrow(
    /--out must end in .npy, .png, .svg, got 'c.txt'/,
  );
});

test('weights of another shape, and a gradient in the place of the cochleagram, are refused; one that cannot be written leaves nothing', async () => {
  const [channels, frames] = reference.shape as [number, number];
  const weights = join(folder, 'weights.npy');
  const turned = join(folder, 'turned.npy');
  writeNpy(weights, new Float32Array(channels * frames).fill(1), [channels, frames]);
  writeNpy(turned, new Float32Array(channels * frames).fill(1), [frames, channels]);
  const out = join(folder, 'both.npy');
  const run = (cotangent: string, gradient: string) =>
    runCommand(cochleagramCommand, [
      ...[sound, '--out', out, '--cotangent', cotangent, '--gradient', gradient],
      ...flags.split(' '),
    ]);
  await expect(run(turned, join(folder, 'g.npy'))).rejects.toThrow(
    `must be of shape [${channels}, ${frames}], it is of [${frames}, ${channels}]`,
  );
  await expect(run(weights, join(folder, 'sub', '..', 'both.npy'))).rejects.toThrow(
    /--gradient must be another file than --out/,
  );
  await expect(run(weights, '/proc/gradient.npy')).rejects.toThrow();
  expect(existsSync(out)).toBe(false);
  expect((await run(weights, join(folder, 'g.npy'))).code).toBe(0);
  expect(readNpy(join(folder, 'g.npy')).shape).toEqual([reference.waveform.length]);
});
