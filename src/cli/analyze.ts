import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeTrials } from '../analysis/analyzeTrials.ts';
import { parseAnalysisConfig, readJsonConfig } from '../analysis/config.ts';
import type { Versions } from '../analysis/report/methods.ts';
import { resultsDocument } from '../analysis/report/resultsDocument.ts';
import { writeReport } from '../analysis/report/writeReport.ts';
import { readTrials } from '../analysis/trials/readTrials.ts';
import { refuseToOverwrite } from '../files.ts';
import { packagePath } from '../packagePath.ts';
import { type Command, type Flags, numberFlag } from './command.ts';

/** `metamer analyze`: the human-model agreement report from trial records. */
export const analyzeCommand: Command = {
  name: 'analyze',
  summary: 'human-model agreement report from trial records',
  arguments: '<trials>',
  flags: [
    { flag: '--out <folder>', help: 'folder of the report', default: 'analysis' },
    {
      flag: '--config <file>',
      help: 'JSON with exclusion rules, chance levels, stage order, resamples; see the documentation',
    },
    {
      flag: '--format <format>',
      help: 'html writes the report; json prints all results and writes nothing',
      default: 'html',
      choices: ['html', 'json'],
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
    'metamer analyze trials.csv --config exclusions.json --format json > results.json',
  ],
  run: async ([trials], flags) => {
    const out = String(flags['out']);
    const isJson = flags['json'] === true || flags['format'] === 'json';
    const config = configOf(flags);
    if (!isJson) refuseToOverwrite(join(out, 'report.html'), flags['overwrite'] === true);
    const table = await readTrials(trials!);
    process.stderr.write(`read ${table.count.toLocaleString('en-US')} trials\n`);
    const analysis = analyzeTrials(table, config);
    if (isJson) {
      process.stdout.write(`${JSON.stringify(resultsDocument(analysis.results, versions()), null, 2)}\n`);
      return 0;
    }
    writeReport(out, table, analysis, versions());
    for (const warning of analysis.results.warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(`${join(out, 'report.html')}\n`);
    return 0;
  },
};

function configOf(flags: Flags) {
  const path = flags['config'];
  const config =
    path === undefined ? parseAnalysisConfig() : readJsonConfig(String(path), parseAnalysisConfig);
  return {
    ...config,
    ...(flags['permutations'] === undefined ? {} : { permutations: Number(flags['permutations']) }),
    ...(flags['seed'] === undefined ? {} : { seed: Number(flags['seed']) }),
  };
}

function versions(): Versions {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return { toolkit: version, node: process.versions.node };
}
