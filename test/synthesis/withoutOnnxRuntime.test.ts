import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { synthesizeCommand } from '../../src/cli/commands/synthesize.ts';
import { verifyCommand } from '../../src/cli/commands/verify.ts';
import { writeNpy } from '../../src/formats/npy.ts';
import { runCommand } from '../cli/runCommand.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../tinyModel.ts';

vi.mock('onnxruntime-node', () => {
  throw new Error('no such binary');
});

const folder = temporaryFolder();
// Plain TensorFlow.js is slow: a tenth of a second, and hardly any channels.
writeTinyModel(folder, { width: 0.02, samples: 800 });
writeNpy(join(folder, 'sound.npy'), tinySound().subarray(0, 800));
const argv = [join(folder, 'sound.npy'), '--model', folder, '--stage', 'conv1', '--steps', '2'];

test('synthesize and verify --engine tfjs work where ONNX Runtime does not load', async () => {
  const out = join(folder, 'out');
  const made = await runCommand(synthesizeCommand, [...argv, '--out', out, '--engine', 'tfjs', '--json']);
  const [record] = JSON.parse(made.stdout);
  expect(record.engine).toBe('tfjs');
  expect(made.code).toBe(record.criteria.passed ? 0 : 1);
  const run = join(out, 'sound', 'conv1');
  expect(readdirSync(run).sort()).toEqual(['figure.svg', 'metamer.wav', 'reference.wav', 'run.json']);
  const flags = ['--model', folder, '--engine', 'tfjs', '--json'];
  const verified = await runCommand(verifyCommand, [run, ...flags]);
  expect(JSON.parse(verified.stdout)[0].criteria).toEqual(record.criteria);
});

test('--engine onnxruntime is then refused in one sentence that names the way out', async () => {
  const refused = runCommand(synthesizeCommand, [...argv, '--out', join(folder, 'none')]);
  await expect(refused).rejects.toThrow(
    /engine onnxruntime needs the package onnxruntime-node, which does not load .*--engine tfjs/,
  );
  expect(readdirSync(folder)).not.toContain('none');
});

test('--device and --save-onnx of another engine are refused', async () => {
  const flags = [...argv, '--out', join(folder, 'none'), '--engine', 'tfjs'];
  await expect(runCommand(synthesizeCommand, [...flags, '--device', 'cuda'])).rejects.toThrow(
    /device cuda must be used with engine onnxruntime, got engine tfjs/,
  );
  await expect(runCommand(synthesizeCommand, [...flags, '--save-onnx', 'x.onnx'])).rejects.toThrow(
    /--save-onnx must be used with --engine onnxruntime, .* got tfjs/,
  );
});
