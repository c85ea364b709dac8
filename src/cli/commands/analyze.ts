import { join } from 'node:path';
import { analysisOf } from '../../analysis/analyzeTrials.ts';
import { besideHumans } from '../../analysis/besideHumans.ts';
import type { FrozenPlan } from '../../analysis/plan/analysisPlan.ts';
import { planReport } from '../../analysis/plan/planReport.ts';
import { fileName } from '../../analysis/report/names.ts';
import { resultsDocument } from '../../analysis/report/resultsDocument.ts';
import { writeReport } from '../../analysis/report/writeReport.ts';
import type { Analysis } from '../../analysis/results.ts';
import { jsonText, refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { inputFiles } from '../../base/inputFiles.ts';
import { readHumans, shippedHumans } from '../../records/humans/readHumans.ts';
import { withPeople } from '../../records/people.ts';
import { readTrialsAlone, type TrialFile } from '../../records/readTrials.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { trialsCsv } from '../../records/writeTrials.ts';
import { configOf, frozenPlan, isJson, reportVersions, withStudyOf } from '../analyze/analyzeInputs.ts';
import { planPower } from '../analyze/planPower.ts';
import { type Command, type Flags, numberFlag } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { countProgress } from '../terminal/countProgress.ts';

/** `metamer analyze`: the human-model agreement report from trial records. */
export const analyzeCommand: Command = {
  arguments: '[trials...]',
  flags: [
    { flag: '--out <folder>', help: 'folder of the report', default: 'analysis' },
    {
      flag: '--config <file>',
      help: 'JSON with any of title, models, designs, chance, stageOrder, equivalenceMargin, permutations, bootstrap, seed, exclusions',
    },
    {
      flag: '--format <format>',
      help: 'html writes the report; json prints all results and writes nothing',
      default: 'html',
      choices: ['html', 'json'],
    },
    {
      flag: '--study <folder>',
      help: 'study that the trials come from: its exclusion limits and numbers of answers count, and models given by --model answer its clips',
    },
    {
      flag: '--model <model>',
      help: 'model to score on the clips of --study (name, folder or ONNX file); may be repeated',
      parse: (text: string, earlier?: unknown) => [...((earlier as string[] | undefined) ?? []), text],
    },
    {
      flag: '--participants <csv>',
      help: "what participants told of themselves: the export's participants.csv, which is found beside the trials",
    },
    ...engineFlags,
    {
      flag: '--plan <file>',
      help: 'simulate the power of a planned study; trials, if given, are its pilot (JSON: participants, trialsPerLevel, and any of levels [{level, human, model}], secondModel, sources, participantSd, itemSd, alpha, simulations, seed)',
    },
    {
      flag: '--humans [file]',
      help: "hold recognition in noise against people's of another study: a CSV with participant, background, snr_db, proportion_correct; without a file, 44 people of Saddler and McDermott (2024)",
    },
    {
      flag: '--plan-file <file>',
      help: 'what was fixed before the data (JSON: format 1, primaryTest {task, metamerModel, effect}, and any of alpha, exclusions, participants, title); the report gives its hash and says whether it was followed',
    },
    { flag: '--json', help: 'the same as --format json' },
    {
      flag: '--permutations <n>',
      help: 'random permutations of each analysis of variance; overrides the configuration',
      parse: numberFlag('--permutations', { min: 0, max: 1e6, integer: true }),
    },
    {
      flag: '--seed <n>',
      help: 'seed; overrides the configuration',
      parse: numberFlag('--seed', { min: 0, integer: true }),
    },
    { flag: '--overwrite', help: 'replace an existing report' },
  ],
  examples: [
    'metamer analyze trials.csv --out report',
    'metamer analyze export/trials.csv model-trials.csv --out report',
    'metamer analyze export/trials.csv --study study --model branched-small --out report',
    'metamer analyze --plan plan.json --out power',
    'metamer analyze trials.csv --plan-file registered.json --out report',
    'metamer analyze trials.csv --config exclusions.json --format json > results.json',
  ],
  run: async (trials, flags) => {
    if (flags['plan'] !== undefined) await planPower(trials, flags);
    else if (trials.length === 0)
      throw new InputError(
        'metamer analyze: a trials.csv must be given, or a study plan with --plan; add one',
      );
    else await report(trials, flags);
    return 0;
  },
};

async function report(trials: readonly string[], flags: Flags): Promise<void> {
  const out = String(flags['out']);
  const plan = frozenPlan(flags);
  const config = configOf(flags, plan);
  if (!isJson(flags)) refuseToOverwrite(join(out, 'report.html'), flags['overwrite'] === true);
  const scored = await scoredModels(flags);
  const read = await readTrialsAlone(...trials, ...scored);
  const people = flags['participants'] as string | undefined;
  const table = withStudyOf(withPeople(read, people), flags);
  process.stderr.write(`read ${table.count.toLocaleString('en-US')} trials\n`);
  const analysis = underThePlan(
    withHumans(
      table,
      analysisOf(table, config, (step) => process.stderr.write(`${step}\n`)),
      flags,
    ),
    plan,
  );
  if (isJson(flags)) {
    process.stdout.write(jsonText(resultsDocument(analysis.results, reportVersions())));
    return;
  }
  writeReport(out, table, withWritten(scored, analysis), reportVersions());
  for (const warning of analysis.results.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(`${join(out, 'report.html')}\n`);
}

function withHumans(table: TrialTable, analysis: Analysis, { humans }: Flags): Analysis {
  if (humans === undefined) return analysis;
  const people = readHumans(humans === true ? shippedHumans() : String(humans));
  const results = { ...analysis.results, humans: besideHumans(table, analysis.rows, people) };
  return { ...analysis, results };
}

function underThePlan(analysis: Analysis, plan: FrozenPlan | undefined): Analysis {
  const { results } = analysis;
  return plan ? { ...analysis, results: { ...results, plan: planReport(plan, results) } } : analysis;
}

/** Trials of the models that shall answer the study's clips; TensorFlow.js loads only then. */
async function scoredModels(flags: Flags): Promise<TrialFile[]> {
  const models = (flags['model'] as string[] | undefined) ?? [];
  if (models.length === 0) return [];
  if (flags['study'] === undefined)
    throw new InputError(
      'metamer analyze: --model needs --study, which says whose clips the model answers; add it',
    );
  const { scoreModels } = await import('../../../listening-test/models/modelTrials.ts');
  const progress = countProgress();
  const scored = await scoreModels(String(flags['study']), models, {
    ...engineOptions(flags),
    onProgress: (model, done, all) => progress.update(done, all, `clips heard by ${model}`),
  });
  progress.stop();
  return scored.map(({ model, records }) => ({
    path: isJson(flags) ? `answers of ${model}` : join(String(flags['out']), `trials-${fileName(model)}.csv`),
    text: trialsCsv(records),
  }));
}

/** Writes the models' trials once the analysis stands, and names them among its inputs by the bytes they have now. */
function withWritten(scored: readonly TrialFile[], analysis: Analysis): Analysis {
  for (const { path, text } of scored) writeFileAtomic(path, text);
  const paths = scored.map(({ path }) => path);
  const others = analysis.results.inputs.filter(({ path }) => !paths.includes(path));
  return { ...analysis, results: { ...analysis.results, inputs: [...others, ...inputFiles(paths)] } };
}
