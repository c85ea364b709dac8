/**
 * What do weights of 16 bits change? Stages on the bundled clips, and recognition of a corpus's test split.
 *
 *   npx tsx test/bench/halfWeights.ts branched-small corpus test/bench/halfWeights.json
 */
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJsonAtomic } from '../../src/base/files.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import type { AuditoryModel } from '../../src/model/auditoryModel.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { loadModel, modelFiles, modelFolder } from '../../src/model/loadModel.ts';
import { median } from '../../src/statistics/estimates/descriptive.ts';
import { evaluateModel } from '../../src/training/evaluation/evaluateModel.ts';
import { bundledClips } from '../../stimuli/bundledClips.ts';
import { readSound } from '../../stimuli/readSound.ts';

const [name, corpus, out] = process.argv.slice(2) as [string, string, string];
const folder = mkdtempSync(join(tmpdir(), 'metamer-half-'));
try {
  const weights = join(modelFolder(name), modelFiles.weights);
  const halved = join(folder, modelFiles.weights);
  writeSafetensors(halved, readSafetensors(weights), { type: 'F16' });
  copyFileSync(join(modelFolder(name), modelFiles.description), join(folder, modelFiles.description));
  const bytes = { F32: statSync(weights).size, F16: statSync(halved).size };
  const models = [loadModel(name), loadModel(folder)] as const;
  const stages = await stageDifferences(models);
  const [whole, half] = [await recognition(models[0]), await recognition(models[1])];
  const same = whole.ranks.filter((rank, i) => rank === half.ranks[i]).length / whole.ranks.length;
  const result = {
    ...{ model: name, modelHash: models[0].hash, bytes, clips: bundledClips().length, stages },
    recognition: { excerpts: whole.ranks.length, F32: whole.accuracy, F16: half.accuracy, sameRank: same },
  };
  writeJsonAtomic(out, result);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Norm of the difference over norm of the activations, median and largest over clips. */
async function stageDifferences(models: readonly [AuditoryModel, AuditoryModel]) {
  const waveforms: Float32Array[] = [];
  for (const clip of bundledClips())
    waveforms.push((await readSound(clip.name, { model: models[0] })).samples);
  const stages = models[0].stages.map((stage) => stage.name);
  const [whole, half] = [
    await computeActivations(models[0], waveforms, stages, { form: 'fast' }),
    await computeActivations(models[1], waveforms, stages, { form: 'fast' }),
  ];
  return Object.fromEntries(
    stages.map((stage, s) => {
      const differences = whole.map((of, clip) => relativeDifference(of[s]!, half[clip]![s]!));
      return [stage, { median: median(differences), largest: Math.max(...differences) }];
    }),
  );
}

function relativeDifference(expected: Float32Array, actual: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (expected[i]! - actual[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

async function recognition(model: AuditoryModel) {
  const options = { perLabel: 2, snrsDb: [0], threads: 1 };
  const { evaluation, heard } = await evaluateModel(model, corpus, options);
  const accuracy = Object.fromEntries(
    Object.entries(evaluation.tasks).map(([task, groups]) => [
      task,
      { clean: groups['clean']!.top1, '0 dB': groups['0 dB']!.top1 },
    ]),
  );
  return { accuracy, ranks: heard.map(({ rank }) => rank) };
}
