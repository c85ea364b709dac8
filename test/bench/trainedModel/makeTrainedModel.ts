/**
 * From a recipe to a model's folder: corpus, training, evaluation beside people, null distribution, figure and card.
 *
 *   npm run build
 *   npx tsx test/bench/trainedModel/makeTrainedModel.ts test/bench/trainedModel/branched-small.json work audio=PACK scores=DIR
 *
 * Each step goes on where it stopped, so the same command continues after a kill. `work/model` is the model.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../../../src/base/files.ts';
import { packagePath } from '../../../src/base/packagePath.ts';
import { readJson } from '../../../src/base/readJson.ts';
import { readCorpus } from '../../../src/corpus/format/corpusFormat.ts';
import { loadModel, modelFiles } from '../../../src/model/loadModel.ts';
import { recognize } from '../../../src/model/recognize.ts';
import { readNullDistribution } from '../../../src/synthesis/null/nullDistribution.ts';
import type { Evaluation } from '../../../src/training/evaluation/evaluation.ts';
import { trainingConfig } from '../../../src/training/trainingConfig.ts';
import { readLog } from '../../../src/training/trainingLog.ts';
import { bundledClips } from '../../../stimuli/bundledClips.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { modelCard, type TrainedPhase } from './modelCard.ts';

const recipeSchema = z.strictObject({
  name: z.string(),
  /** Size and seed of the corpus. */
  corpus: z.strictObject({ size: z.string(), seed: z.int() }),
  /** Settings of all phases, and what each adds. */
  training: z.record(z.string(), z.unknown()),
  phases: z.array(z.record(z.string(), z.unknown())).min(1),
  /** Fewer to try the whole way in minutes. */
  excerptsPerLabel: z.int().default(10),
  nullExcerpts: z.int().default(1415),
});

const [recipePath, work, ...collections] = process.argv.slice(2) as [string, string, ...string[]];
const recipe = readJson(recipePath, recipeSchema);
const corpus = join(work, 'corpus');
const model = join(work, 'model');
mkdirSync(work, { recursive: true });

metamer(
  ...['corpus', '--size', recipe.corpus.size, '--seed', String(recipe.corpus.seed), '--out', corpus],
  ...collections.flatMap((collection) => {
    const [layout, folder] = collection.split('=') as [string, string];
    return [`--${layout}`, folder];
  }),
);
const phases = recipe.phases.map(trainPhase);
gatherModel();
const evaluation = join(work, 'evaluation');
if (!existsSync(join(evaluation, 'evaluation.json')))
  metamer(
    ...['evaluate', '--model', model, '--corpus', corpus, '--humans', '--out', evaluation],
    ...['--per-label', String(recipe.excerptsPerLabel)],
  );
for (const file of ['evaluation.json', 'psychometric.svg'])
  copyFileSync(join(evaluation, file), join(model, file));
const nullPath = join(model, modelFiles.nullDistribution);
if (!existsSync(nullPath))
  metamer(
    ...['null', '--model', model, '--corpus', corpus, '--out', nullPath],
    ...['--excerpts', String(recipe.nullExcerpts)],
  );
writeFileSync(join(model, 'README.md'), await card());

function metamer(...argv: string[]): void {
  execFileSync(process.execPath, [packagePath('dist/src/cli/main.js'), ...argv], { stdio: 'inherit' });
}

function phaseFolder(index: number): string {
  return join(work, `phase-${index + 1}`);
}

function trainPhase(phase: Record<string, unknown>, index: number): TrainedPhase {
  const from = index === 0 ? {} : { from: phaseFolder(index - 1) };
  const config = trainingConfig({ name: recipe.name, corpus, ...from, ...recipe.training, ...phase });
  const path = `${phaseFolder(index)}.json`;
  writeJsonAtomic(path, config);
  metamer('train', '--config', path, '--out', phaseFolder(index));
  const log = readLog(phaseFolder(index));
  const seconds = log.reduce(
    (sum, { step, clipsPerSecond = Number.POSITIVE_INFINITY }, i) =>
      sum + ((step - (log[i - 1]?.step ?? 0)) * config.batchSize) / clipsPerSecond,
    0,
  );
  return { config, steps: log.at(-1)!.step, hours: seconds / 3600 };
}

/** Weights of the last phase; recipe and learning curves of all. */
function gatherModel(): void {
  mkdirSync(model, { recursive: true });
  for (const file of [modelFiles.description, modelFiles.weights])
    copyFileSync(join(phaseFolder(phases.length - 1), file), join(model, file));
  writeJsonAtomic(join(model, 'training.json'), {
    corpus: recipe.corpus,
    phases: phases.map(({ config }) => config),
  });
  const lines = phases.flatMap((_, i) =>
    readLog(phaseFolder(i)).map((line) => JSON.stringify({ phase: i + 1, ...line })),
  );
  writeFileSync(join(model, 'metrics.jsonl'), `${lines.join('\n')}\n`);
}

async function card(): Promise<string> {
  const trained = loadModel(model);
  const { sounds, pairs } = readNullDistribution(nullPath, trained.hash);
  return modelCard({
    ...{ name: recipe.name, phases },
    parameters: trained.stages.reduce((sum, stage) => sum + stage.parameters, 0),
    corpus: readCorpus(corpus).description,
    evaluation: JSON.parse(readFileSync(join(model, 'evaluation.json'), 'utf8')) as Evaluation,
    nullDistribution: { sounds: Number(sounds), pairs },
    clips: await clipsNamed(),
  });
}

/** Bundled clips whose word or genre is a label of the model, and how many of them get it. */
async function clipsNamed(): Promise<{ named: number; asked: number }> {
  const trained = loadModel(model);
  const knows = (task: string, label: string | undefined) =>
    label !== undefined &&
    trained.classifiers.some((each) => each.task === task && each.labels.includes(label));
  const clips = bundledClips().flatMap(({ name, word, genre }) => [
    ...(knows('word', word) ? [{ name, task: 'word' as const, label: word! }] : []),
    ...(knows('genre', genre) ? [{ name, task: 'genre' as const, label: genre! }] : []),
  ]);
  const waveforms: Float32Array[] = [];
  for (const { name } of clips) waveforms.push((await readSound(name, { model: trained })).samples);
  const heard = await recognize(trained, waveforms, { form: 'exact', top: 1 });
  const named = clips.filter(({ task, label }, i) => heard[i]![task][0]!.label === label).length;
  return { named, asked: clips.length };
}
