// Words that the networks of run.sh recognize in 64 excerpts: as they are, perturbed at random, and attacked.
//   npx tsx docs/experiments/robust-training/attack.ts OUT
import { join } from 'node:path';
import { createFastCochleagram } from '../../../cochlea/fastCochleagram.ts';
import { drawBatch } from '../../../src/corpus/excerpts/excerptLoader.ts';
import { createExcerptSource } from '../../../src/corpus/excerpts/excerptSource.ts';
import { loadCorpus } from '../../../src/corpus/format/loadCorpus.ts';
import { compile } from '../../../src/engine/compile.ts';
import { byName, prefixed, unprefixed } from '../../../src/engine/names.ts';
import { tf } from '../../../src/engine/tf.ts';
import { networkOf } from '../../../src/model/createAuditoryModel.ts';
import { readModelDescription } from '../../../src/model/modelDescription.ts';
import { storedWeights } from '../../../src/model/weightStore.ts';
import { forward } from '../../../src/network/forward.ts';
import { compilePerturbation } from '../../../src/training/perturbExcerpts.ts';
import { trainingConfig } from '../../../src/training/trainingConfig.ts';

const out = process.argv[2] ?? '.';
const corpus = await loadCorpus(join(out, 'corpus'));
const b = 8,
  n = 8;
const source = createExcerptSource(corpus, {
  split: 'test',
  shares: { word: 1, genre: 0, neither: 0 },
  cleanShare: 1,
} as never);
const batches = Array.from({ length: n }, (_, index) => drawBatch(source, { batchSize: b, seed: 5, index }));
for (const name of ['none', 'random', 'adversarial']) {
  const folder = join(out, name);
  const description = readModelDescription(join(folder, 'model.json'));
  const plan = networkOf(description);
  const stored = storedWeights(plan, join(folder, 'weights.safetensors'));
  const weights = byName(plan.weights, (w) => Float32Array.from(stored(w.name)));
  const cochleagram = createFastCochleagram(description.cochleagram, { oversampling: 2 });
  const shape = [b, ...plan.architecture.cochleagram];
  const judge = await compile(
    (g) => {
      const w = unprefixed('weight', g);
      return {
        p: tf.cast(
          tf.argMax(
            forward(plan, g['sounds']!, [plan.architecture.outputs[0]!.stage], (k) => w[k]!).activations[0]!,
            1,
          ),
          'float32',
        ),
      };
    },
    {
      sounds: { shape },
      ...prefixed(
        'weight',
        byName(plan.weights, ({ shape: s }) => ({ shape: s })),
      ),
    } as never,
    { threads: 1 },
  );
  const row = [];
  for (const p of [
    { kind: 'random', radius: 1e-6 },
    { kind: 'random', radius: 0.5 },
    { kind: 'adversarial', radius: 0.5, stepSize: 0.25 },
  ]) {
    const config = trainingConfig({
      corpus: 'x',
      steps: 1,
      batchSize: b,
      perturbation: { space: 'cochleagram', ...p },
    });
    const perturber = await compilePerturbation(
      { plan, cochleagram, samples: 40000, config, labels: description.labels } as never,
      { threads: 1 },
    );
    let right = 0,
      all = 0;
    for (const [i, batch] of batches.entries()) {
      const sounds = await perturber.perturb(weights, batch, i);
      const { p: predicted } = (await judge.run({ sounds, ...prefixed('weight', weights) } as never)) as {
        p: Float32Array;
      };
      batch.words.forEach((w, k) => {
        if (w > 0) {
          all++;
          if (predicted[k] === w) right++;
        }
      });
    }
    await perturber.release();
    row.push(`${p.kind} ${p.radius}: ${right}/${all}`);
  }
  await judge.release();
  process.stdout.write(`${name} ${row.join('; ')}\n`);
}
