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
import { loadModel, modelFiles, modelFolder } from '../../../src/model/loadModel.ts';
import { readNullDistribution } from '../../../src/synthesis/null/nullDistribution.ts';
import type { Evaluation } from '../../../src/training/evaluation/evaluation.ts';
import { curvesFigure } from '../../../src/training/figures/curvesFigure.ts';
import { type TrainingConfig, trainingConfig } from '../../../src/training/trainingConfig.ts';
import { trainingFiles } from '../../../src/training/trainingFiles.ts';
import { readLog } from '../../../src/training/trainingLog.ts';
import type { TrainingMetrics } from '../../../src/training/trainingMetrics.ts';
import { bundledClipsNamed } from './bundledClipsNamed.ts';
import { gatheredCurve } from './gatheredCurve.ts';
import { modelCard, type TrainedPhase } from './modelCard.ts';

const recipeSchema = z.strictObject({
  name: z.string(),
  /** Size and seed of the corpus. */
  corpus: z.strictObject({ size: z.string(), seed: z.int() }),
  /** A model made so before, folder or name: its phases come first, this recipe goes on from its weights. */
  from: z.string().optional(),
  /** Said in the card: what the settings do not tell, and what the model is not good for. */
  note: z.string().optional(),
  limits: z.array(z.string()).min(1),
  /** Settings of all phases, and what each adds. */
  training: z.record(z.string(), z.unknown()),
  phases: z.array(z.record(z.string(), z.unknown())).min(1),
  /** Fewer to try the whole way in minutes. */
  excerptsPerLabel: z.int().default(10),
  nullExcerpts: z.int().default(1415),
});

const describedSchema = z.looseObject({ training: z.looseObject({}) });
const gatheredSchema = z.looseObject({ phases: z.array(z.record(z.string(), z.unknown())) });

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
const earlier = recipe.from === undefined ? [] : phasesOf(modelFolder(recipe.from));
const later = recipe.phases.map(trainPhase);
const trained = [...earlier, ...later];
const phases = trained.map(({ config, lines }) => trainedPhase(config, lines));
gatherModel();
const evaluation = join(work, 'evaluation');
if (!existsSync(join(evaluation, 'evaluation.json')))
  metamer(
    ...['evaluate', '--model', model, '--corpus', corpus, '--humans', '--out', evaluation],
    ...['--per-label', String(recipe.excerptsPerLabel)],
  );
for (const file of ['evaluation.json', 'psychometric.svg', 'humans.svg'])
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

/** Settings and learning curve of a phase. */
interface Phase {
  config: TrainingConfig;
  lines: readonly TrainingMetrics[];
}

function trainPhase(phase: Record<string, unknown>, index: number): Phase {
  const from = index > 0 ? { from: phaseFolder(index - 1) } : recipe.from ? { from: recipe.from } : {};
  const config = trainingConfig({ name: recipe.name, corpus, ...from, ...recipe.training, ...phase });
  const path = `${phaseFolder(index)}.json`;
  writeJsonAtomic(path, config);
  metamer('train', '--config', path, '--out', phaseFolder(index));
  return { config, lines: readLog(phaseFolder(index)) };
}

/** Phases of a model that this script made: `training.json` and `metrics.jsonl`. */
function phasesOf(folder: string): Phase[] {
  const { phases: configs } = readJson(join(folder, 'training.json'), gatheredSchema);
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TrainingMetrics & { phase: number });
  return configs.map((config, i) => ({
    config: trainingConfig(config),
    lines: lines.filter(({ phase }) => phase === i + 1),
  }));
}

function trainedPhase(config: TrainingConfig, lines: readonly TrainingMetrics[]): TrainedPhase {
  const seconds = lines.reduce(
    (sum, { step, clipsPerSecond }, i) =>
      sum + ((step - (lines[i - 1]?.step ?? 0)) * config.batchSize) / clipsPerSecond,
    0,
  );
  return { config, steps: lines.at(-1)!.step, hours: seconds / 3600 };
}

/** Weights of the last phase; recipe and learning curves of all. */
function gatherModel(): void {
  mkdirSync(model, { recursive: true });
  const last = phaseFolder(later.length - 1);
  copyFileSync(join(last, modelFiles.weights), join(model, modelFiles.weights));
  const description = readJson(join(last, modelFiles.description), describedSchema);
  const steps = phases.reduce((sum, phase) => sum + phase.steps, 0);
  writeJsonAtomic(join(model, modelFiles.description), {
    ...description,
    training: { ...description.training, steps },
  });
  writeJsonAtomic(join(model, 'training.json'), {
    corpus: recipe.corpus,
    phases: phases.map(({ config }) => config),
  });
  const curve = gatheredCurve(trained.map(({ lines }) => lines));
  writeFileSync(join(model, trainingFiles.curves), curvesFigure(curve, recipe.name));
  const lines = trained.flatMap((phase, i) =>
    phase.lines.map((line) => JSON.stringify({ ...line, phase: i + 1 })),
  );
  writeFileSync(join(model, 'metrics.jsonl'), `${lines.join('\n')}\n`);
}

async function card(): Promise<string> {
  const loaded = loadModel(model);
  const { sounds, pairs } = readNullDistribution(nullPath, loaded.hash);
  return modelCard({
    ...{ name: recipe.name, phases, note: recipe.note, limits: recipe.limits },
    parameters: loaded.stages.reduce((sum, stage) => sum + stage.parameters, 0),
    corpus: readCorpus(corpus).description,
    evaluation: JSON.parse(readFileSync(join(model, 'evaluation.json'), 'utf8')) as Evaluation,
    nullDistribution: { sounds: Number(sounds), pairs },
    clips: await bundledClipsNamed(loaded),
  });
}
