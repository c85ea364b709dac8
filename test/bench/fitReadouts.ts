import type { Tensor } from '@tensorflow/tfjs';
import { createExcerptLoader, type ExcerptBatch } from '../../src/corpus/excerpts/excerptLoader.ts';
import { loadCorpus } from '../../src/corpus/format/loadCorpus.ts';
import { compile } from '../../src/engine/compile.ts';
import { type NamedArray, writeSafetensors } from '../../src/formats/safetensors.ts';
import {
  pooledFeatures,
  type Readout,
  type ReadoutTask,
  readoutPath,
} from '../../src/model/baselines/readout.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { nullLabel } from '../../src/model/modelDescription.ts';
import { fitRidgeReadout } from './ridgeReadout.ts';

// Fits the linear readouts of the baselines to a corpus, by ridge regression on one-hot labels, and stores them beside the
// shipped models: npx tsx test/bench/fitReadouts.ts CORPUS [excerpts [model]]

const [corpusFolder, excerpts = '800', only] = process.argv.slice(2);
const batchSize = 8;
const readoutStages = {
  texture: { stage: 'statistics', features: { channels: 1, channelsPooled: 1 } },
  spectemp: { stage: 'avgpool', features: { channels: 211, channelsPooled: 8 } },
};

const corpus = await loadCorpus(corpusFolder!);
for (const [name, { stage, features }] of Object.entries(readoutStages)) {
  if (only !== undefined && only !== name) continue;
  const model = loadModel(name);
  const program = await compile(
    ({ sounds }) => {
      const [values] = model.activations(sounds, [stage]) as [Tensor];
      return { features: pooledFeatures(values, features) };
    },
    { sounds: { shape: [batchSize, model.samples] } },
    { threads: 1 },
  );
  const loader = createExcerptLoader({ corpus, batchSize, seed: 1, workers: 0 });
  const rows: Float32Array[] = [];
  const labels: Record<'words' | 'genres', number[]> = { words: [], genres: [] };
  while (rows.length < Number(excerpts)) {
    const batch: ExcerptBatch = await loader.next();
    const values = (await program.run({ sounds: batch.waveforms })).features;
    const width = values.length / batchSize;
    for (let i = 0; i < batchSize; i++) rows.push(values.slice(i * width, (i + 1) * width));
    labels.words.push(...batch.words);
    labels.genres.push(...batch.genres);
    if (rows.length % 80 === 0) process.stderr.write(`${name}: ${rows.length} excerpts\n`);
  }
  await loader.close();
  await program.release();
  const readoutOf = (task: string, classes: readonly string[], of: number[]): ReadoutTask => {
    const { weights, bias, penalty, looAccuracy } = fitRidgeReadout(rows, of, classes.length);
    process.stderr.write(`${name} ${task}: penalty ${penalty}, left out ${looAccuracy.toFixed(3)} right\n`);
    return { task, labels: classes, weights, bias };
  };
  const [words, genres] = [corpus.wordLabels, corpus.genreLabels].map((all) => [
    nullLabel,
    ...all.slice(1),
  ]) as [string[], string[]];
  const tasks = [readoutOf('word', words, labels.words), readoutOf('genre', genres, labels.genres)];
  writeReadout(name, { features, tasks });
}

/** Keeps a baseline's readout beside the shipped models. */
function writeReadout(name: string, { features, tasks }: Readout): void {
  const arrays = tasks.flatMap(({ task, labels, weights, bias }): [string, NamedArray][] => {
    const shape = [weights.length / labels.length, labels.length];
    return [
      [`${task}.weights`, { shape, values: weights }],
      [`${task}.bias`, { shape: [labels.length], values: bias }],
    ];
  });
  const labels = Object.fromEntries(tasks.map(({ task, labels: ofTask }) => [task, ofTask]));
  writeSafetensors(readoutPath(name), new Map(arrays), {
    metadata: { features: JSON.stringify(features), labels: JSON.stringify(labels) },
  });
}
