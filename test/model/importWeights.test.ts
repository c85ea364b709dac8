import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importWeightsCommand } from '../../src/cli/commands/importWeights.ts';
import { compile } from '../../src/engine/compile.ts';
import { constant } from '../../src/engine/tf.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import { importCheckpoint } from '../../src/model/importCheckpoint.ts';
import { importWeights } from '../../src/model/importWeights.ts';
import { forward } from '../../src/network/forward.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { presets } from '../../src/network/presets.ts';
import { runCommand } from '../cli/runCommand.ts';
import { relativeError } from '../expectAllClose.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();
const published = (name: string) => join(import.meta.dirname, `../reference/published/${name}.safetensors`);

/** Narrow networks of the kind, with as many classes as a checkpoint tells. */
const networks = {
  cochcnn9: { width: 0.04, stages: { final: 'words' } },
  cochresnet50: { width: 0.02, stages: { final: 'words' } },
  kell2018: { width: 0.02, stages: { 'top.word': 'words', 'top.music': 'genres' } },
} as const;
type Name = keyof typeof networks;

function imported(name: Name, path = published(name)) {
  const { width, stages } = networks[name];
  return importWeights(path, name, (classes) => {
    const counts = Object.entries(stages).flatMap(([stage, kind]) => {
      const count = classes(stage);
      return count === undefined ? [] : [[kind, count]];
    });
    const architecture = presets[name]({ width, cochleagram: [43, 60], ...Object.fromEntries(counts) });
    // The published width of this layer would fill most of the stored file.
    const narrow = architecture.stages.map((stage) =>
      stage.name === 'relufc'
        ? {
            ...stage,
            operations: stage.operations.map((each) =>
              each.kind === 'dense' ? { ...each, units: 41 } : each,
            ),
          }
        : stage,
    );
    return planNetwork({ ...architecture, stages: narrow });
  });
}

test.each(Object.keys(networks) as Name[])(
  'importWeights(%s): every stage of a checkpoint is that of PyTorch',
  async (name) => {
    const { plan, weights, prefix, unused } = imported(name);
    expect(prefix).toBe({ cochcnn9: 'module.model.', cochresnet50: 'module.', kell2018: '' }[name]);
    expect(unused).toEqual([]);
    const expected = readSafetensors(published(`${name}-stages`));
    const names = plan.stages.map((stage) => stage.name);
    const weight = (each: string) => constant(weights.get(each)!.values, weights.get(each)!.shape);
    const program = await compile(
      ({ cochleagram }) => {
        const { activations } = forward(plan, cochleagram, names, weight);
        return Object.fromEntries(names.map((each, i) => [each, activations[i]!]));
      },
      { cochleagram: { shape: [1, 43, 60] } },
    );
    const results: Record<string, Float32Array> = await program.run({
      cochleagram: expected.get('cochleagram')!.values,
    });
    for (const each of names) {
      const { values } = expected.get(each)!;
      expect(relativeError(results[each]!.subarray(0, values.length), values), each).toBeLessThan(1e-5);
    }
    await program.release();
  },
);

test('importWeights names all that a checkpoint lacks, and arrays of another shape', () => {
  const arrays = readSafetensors(published('cochresnet50'));
  const path = join(folder, 'less.safetensors');
  arrays.delete('module.layer2.0.conv2.weight');
  arrays.delete('module.fc.bias');
  writeSafetensors(path, arrays);
  expect(() => imported('cochresnet50', path)).toThrow(/it lacks layer2.0.conv2.weight, fc.bias; give/);
  const others = readSafetensors(published('cochresnet50'));
  others.set('module.conv1.weight', { shape: [1, 1, 5, 5], values: new Float32Array(25) });
  writeSafetensors(path, others);
  expect(() => imported('cochresnet50', path)).toThrow(
    /less.safetensors must have arrays of the shapes of cochresnet50: module.conv1.weight \[1, 1, 7, 7\], not \[1, 1, 5, 5\]; give/,
  );
  // The first weight is among those that are missing: the others tell the prefix.
  others.delete('module.conv1.weight');
  others.set('module.bn1.weight', { shape: [2], values: new Float32Array(2) });
  others.set('module.layer1.0.bn1.bias', { shape: [3], values: new Float32Array(3) });
  writeSafetensors(path, others);
  expect(() => imported('cochresnet50', path)).toThrow(
    /it lacks conv1.weight, and must have arrays of .*: module.bn1.weight \[1\], not \[2\], module.layer1.0.bn1.bias \[1\], not \[3\]; give/,
  );
  writeSafetensors(path, new Map([['features.0', others.get('module.fc.bias')!]]));
  expect(() => imported('cochresnet50', path)).toThrow(
    /must hold an array that ends in 'conv1.weight', it holds features.0/,
  );
});

test('importCheckpoint refuses a checkpoint of another width, as metamer import-weights does', async () => {
  expect(() => importCheckpoint(published('kell2018'), { preset: 'kell2018', name: 'mine' })).toThrow(
    /conv1.weight \[96, 1, 9, 9\], not \[2, 1, 9, 9\], conv1.bias \[96\], not \[2\]/,
  );
  const command = [published('kell2018'), '--preset', 'kell2018', '--out', join(folder, 'model')];
  await expect(runCommand(importWeightsCommand, command)).rejects.toThrow(
    /conv1.weight \[96, 1, 9, 9\], not/,
  );
});
