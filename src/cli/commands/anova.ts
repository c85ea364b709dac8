import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import { readCsvTable } from '../../base/readCsv.ts';
import { type AnovaTable, analyzeVariance } from '../../statistics/anova/anova.ts';
import {
  designFromLongTable,
  type LongTableDesign,
  type LongTableRoles,
} from '../../statistics/anova/longTable.ts';
import { type Command, type Flags, numberFlag } from '../command.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { anovaTable } from '../terminal/anovaTable.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer anova`: mixed, within-participant or between-group analysis of variance of any long table. */
export const anovaCommand: Command = {
  arguments: '<table>',
  flags: [
    { flag: '--participant <column>', help: 'column that names the participant', required: true },
    {
      flag: '--within <columns>',
      help: 'within-participant factor; several joined by commas, or the flag repeated',
      parse: (text: string, earlier?: string) => (earlier === undefined ? text : `${earlier},${text}`),
    },
    { flag: '--between <column>', help: 'between factor; the unit is participant × between level' },
    { flag: '--value <column>', help: 'column with the measurement, a number', required: true },
    {
      flag: '--permutations <n>',
      help: 'random permutations for the permutation p; 0 for none',
      default: 10_000,
      parse: numberFlag('--permutations', { min: 0, max: 1e8, integer: true }),
    },
    seedFlag('seed of the permutations'),
    {
      flag: '--repeats <policy>',
      help: 'several rows of one unit and cell: refuse, or take their mean',
      default: 'refuse',
      choices: ['refuse', 'mean'],
    },
    {
      flag: '--incomplete <policy>',
      help: 'a unit that lacks a cell: refuse, or leave the unit out',
      default: 'refuse',
      choices: ['refuse', 'drop'],
    },
    { flag: '--json', help: 'one JSON document on stdout' },
  ],
  examples: [
    'metamer anova recognition.csv --participant participant --within stage --between observer --value proportion_correct',
    'metamer anova recognition.csv --participant participant --within stage,model --value proportion_correct --json',
  ],
  run: async ([path], flags) => {
    const roles = rolesOf(flags);
    const { design, notes } = designFromLongTable(readCsvTable(path!), roles);
    const count = Number(flags['permutations']);
    const seed = Number(flags['seed']);
    const progress = countProgress();
    const onProgress = (done: number, total: number) => progress.update(done, total, 'permutations');
    const permuting = { count, random: createRandom(seed), onProgress };
    const table = analyzeVariance(design, count > 0 ? permuting : undefined);
    progress.stop();
    notes.push(...undefinedEffects(table));
    printResult(flags, resultOf(table, { design, notes }, { count, seed }), () =>
      textReport(table, { design, notes }, count),
    );
    return 0;
  },
};

/** Effects whose error term has no variance, so that F is no finite number. */
function undefinedEffects(table: AnovaTable): string[] {
  return Object.values(table)
    .filter(({ f }) => !Number.isFinite(f))
    .map(({ effect }) => `${effect}: the error term has no variance, F is not a finite number.`);
}

function rolesOf(flags: Flags): LongTableRoles {
  const within = String(flags['within'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (within.length === 0 && flags['between'] === undefined)
    throw new InputError('metamer anova: at least one of --within and --between must name a column; add one');
  return {
    participant: String(flags['participant']),
    within,
    ...(flags['between'] === undefined ? {} : { between: String(flags['between']) }),
    value: String(flags['value']),
    repeats: flags['repeats'] === 'mean' ? 'mean' : 'refuse',
    incomplete: flags['incomplete'] === 'drop' ? 'drop' : 'refuse',
  };
}

function resultOf(
  table: AnovaTable,
  { design, notes }: LongTableDesign,
  permutations: { count: number; seed: number },
) {
  const factor = ({ name, levels }: { name: string; levels: readonly string[] }) => ({ name, levels });
  return {
    ...table,
    design: {
      units: design.units.length,
      within: design.withinFactors.map(factor),
      between: design.between ? { ...factor(design.between), unitsPerLevel: unitsPerLevel(design) } : null,
    },
    permutations,
    notes,
  };
}

function unitsPerLevel(design: LongTableDesign['design']): number[] {
  const between = design.between!;
  return between.levels.map((_, group) => between.groupOfUnit.filter((member) => member === group).length);
}

function textReport(table: AnovaTable, { design, notes }: LongTableDesign, permutations: number): string {
  const factors = [
    ...(design.between ? [`between ${design.between.name} (${design.between.levels.join(', ')})`] : []),
    ...design.withinFactors.map(({ name, levels }) => `within ${name} (${levels.join(', ')})`),
  ];
  return [
    `${design.units.length} units; ${factors.join('; ')}`,
    '',
    anovaTable(table),
    `GG, HF, LB: Greenhouse–Geisser, Huynh–Feldt and lower-bound corrections.${permutations > 0 ? ` p perm: (b + 1) / (B + 1), B = ${permutations}.` : ''}`,
    ...notes,
    '',
  ].join('\n');
}
