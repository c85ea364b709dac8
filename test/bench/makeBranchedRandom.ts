import { join } from 'node:path';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { writeJsonAtomic } from '../../src/base/files.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { constant, tf } from '../../src/engine/tf.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { networkOf } from '../../src/model/createAuditoryModel.ts';
import { modelDescription, modelFiles, modelFolder } from '../../src/model/loadModel.ts';
import { randomWeights } from '../../src/model/weightStore.ts';
import { forward } from '../../src/network/forward.ts';
import { bundledClips } from '../../stimuli/bundledClips.ts';
import { demeaned, withRms } from '../../stimuli/level.ts';
import { readSound } from '../../stimuli/readSound.ts';

// Makes src/model/weights/branched-random from branched-small's description and the bundled clips:
// npx tsx test/bench/makeBranchedRandom.ts

const seed = 1;
const sounds = 96;

const { training: _, ...trained } = modelDescription('branched-small');
const description = { ...trained, name: 'branched-random', seed };
const plan = networkOf(description);
const weights = randomWeights(plan, seed);
const cochleagram = createFastCochleagram(description.cochleagram);

/** The clips, then pairs of them at equal level, so that statistics rest on more than a few sounds. */
async function soundsToMeasure(): Promise<Float32Array> {
  const clips: Float32Array[] = [];
  for (const { name } of bundledClips())
    clips.push((await readSound(name, { sampleRateHz: 20000, durationSeconds: 2, rms: 0.1 })).samples);
  const random = createRandom(seed);
  const mixed = Array.from({ length: sounds - clips.length }, () => {
    const [a, b] = [random.pick(clips), random.pick(clips)];
    return withRms(demeaned(a.map((value, i) => value + b[i]!)), 0.1);
  });
  const all = new Float32Array(sounds * description.samples);
  for (const [i, sound] of [...clips, ...mixed].entries()) all.set(sound, i * description.samples);
  return all;
}

const shapes = new Map(plan.weights.map(({ name, shape }) => [name, shape]));
// A pass of training normalizes by the statistics of the batch, stage after stage: these are what is stored.
const program = await compile(
  ({ sounds: heard }) => {
    const { batchStatistics } = forward(
      plan,
      cochleagram(heard),
      plan.architecture.outputs.map(({ stage }) => stage),
      (name) => constant(weights(name), shapes.get(name)!),
      { training: { dropoutMask: () => tf.scalar(1) } },
    );
    const statistics = batchStatistics.flatMap(({ name, mean, variance }) => [
      [`${name}.mean`, mean] as const,
      [`${name}.variance`, variance] as const,
    ]);
    return Object.fromEntries(statistics);
  },
  { sounds: { shape: [sounds, description.samples] } },
);
const statistics = await program.run({ sounds: await soundsToMeasure() });
await program.release();
const folder = join(modelFolder('branched-small'), '..', description.name);
writeSafetensors(
  join(folder, modelFiles.weights),
  new Map(Object.entries(statistics).map(([name, values]) => [name, { shape: shapes.get(name)!, values }])),
);
writeJsonAtomic(join(folder, modelFiles.description), description);
process.stdout.write(
  `${folder}: ${Object.keys(statistics).length} arrays of statistics over ${sounds} sounds\n`,
);
