import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/cli/command.ts';
import { analyzeCommand } from '../../../src/cli/commands/analyze.ts';
import { anovaCommand } from '../../../src/cli/commands/anova.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../../analysis/simulateTrials.ts';
import { temporaryFiles } from '../../analysis/temporaryFiles.ts';
import { runCommand } from '../runCommand.ts';

const { folder, write } = temporaryFiles();
const feather = new URL('../../reference/feather2023/experiment1_cochresnet50.csv', import.meta.url).pathname;

const run = (command: Command, ...argv: string[]) => runCommand(command, argv);

const roles = ['--participant', 'participant', '--value', 'proportion_correct'];

describe('metamer anova', () => {
  it('prints the released table of Experiment 1', async () => {
    const { stdout, code } = await run(
      anovaCommand,
      feather,
      ...roles,
      '--within',
      'stage',
      '--between',
      'observer',
      '--permutations',
      '0',
    );
    expect(code).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual([
      'observer:stage',
      '8.3668',
      '8',
      '1.0459',
      '227.44',
      '1.8561e-123',
      '1.8345e-65',
      '3.7883e-74',
      '1.2631e-17',
      '0.85684',
    ]);
    expect(stdout).toContain('each participant × observer is a unit of its own');
  });

  it('--json keys the effects by between, within and between:within', async () => {
    const { stdout } = await run(
      anovaCommand,
      feather,
      ...roles,
      '--within',
      'stage',
      '--between',
      'observer',
      '--permutations',
      '200',
      '--json',
    );
    const document = JSON.parse(stdout) as Record<string, Record<string, number>>;
    for (const key of ['between', 'within', 'between:within'])
      for (const field of [
        'sumOfSquares',
        'degreesOfFreedom',
        'errorDegreesOfFreedom',
        'f',
        'p',
        'pGreenhouseGeisser',
        'pHuynhFeldt',
        'partialEtaSquared',
        'pPermutation',
      ])
        expect(document[key]![field], `${key} ${field}`).toEqual(expect.any(Number));
    expect(document['between:within']!['f']).toBeCloseTo(227.4406, 4);
    expect(document['between:within']!['p']).toBeGreaterThan(0);
    expect(document['between:within']!['pPermutation']).toBeCloseTo(1 / 201, 12);
  });

  it('analyzes two within factors given with a comma or the flag repeated', async () => {
    const { stdout } = await run(
      anovaCommand,
      feather,
      ...roles,
      '--within',
      'stage,observer',
      '--permutations',
      '0',
      '--json',
    );
    const document = JSON.parse(stdout) as Record<string, { errorDegreesOfFreedom: number }>;
    expect(document['stage:observer']!.errorDegreesOfFreedom).toBe(19 * 8);
    const repeated = await run(
      anovaCommand,
      ...roles,
      '--within',
      'stage',
      '--within',
      'observer',
      '--permutations',
      '0',
      '--json',
      feather,
    );
    expect(repeated.stdout).toBe(stdout);
  });

  it('says when an error term has no variance', async () => {
    const constant = write('constant.csv', 'p,s,v\na,1,0\na,2,1\nb,1,0\nb,2,1\nc,1,0\nc,2,1\n');
    const { stdout } = await run(
      anovaCommand,
      constant,
      '--participant',
      'p',
      '--within',
      's',
      '--value',
      'v',
      '--json',
    );
    const document = JSON.parse(stdout) as { within: { f: null }; notes: string[] };
    expect(document.within.f).toBeNull();
    expect(document.notes).toContain('s: the error term has no variance, F is not a finite number.');
  });

  it('refuses to run without a factor', async () => {
    await expect(run(anovaCommand, feather, ...roles)).rejects.toThrow(
      'metamer anova: at least one of --within and --between must name a column; add one',
    );
  });
});

describe('metamer analyze', () => {
  const trials = write(
    'trials.csv',
    trialsCsv(simulateTrials({ ...smallStudy, participants: 8, sources: 80, answers: 80 })),
  );
  const config = write(
    'config.json',
    JSON.stringify({ title: 'A <test>', permutations: 200, bootstrap: 1000, chance: { word: 1 / 80 } }),
  );

  it('writes a self-contained report, figures, tables, results and an R script, and does not overwrite', async () => {
    const out = join(folder, 'report');
    const { stdout, code } = await run(analyzeCommand, trials, '--config', config, '--out', out);
    expect([stdout.trim(), code]).toEqual([join(out, 'report.html'), 0]);
    const html = readFileSync(join(out, 'report.html'), 'utf8');
    expect(html).toContain('<title>A &lt;test&gt;</title>');
    // Nothing is fetched: no script, no style sheet, no picture from elsewhere
    expect(html).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(html.match(/<svg /g)!.length).toBe(readdirSync(join(out, 'figures')).length);
    for (const [, file] of html.matchAll(/href="((?:tables|figures)\/[^"]+)"/g))
      expect(existsSync(join(out, file!)), file).toBe(true);
    const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
      curves: { summaries: { proportionCorrect: number }[] }[];
      methods: string[];
    };
    expect(results.curves).toHaveLength(2);
    expect(results.methods[0]).toMatch(/^Trials were analyzed with auditory-metamer \d+\.\d+\.\d+/);
    const csv = readFileSync(join(out, 'tables', 'recognition-word-cochcnn9.csv'), 'utf8').split('\n');
    expect(Number(csv[1]!.split(',')[4])).toBe(results.curves[0]!.summaries[0]!.proportionCorrect);
    expect(readFileSync(join(out, 'glmm.R'), 'utf8')).toContain('glmer(');
    expect(
      readFileSync(join(out, 'trials-tidy.csv'), 'utf8')
        .split('\n')
        .filter((line) => line.includes(',human,')),
    ).toHaveLength(640);
    // A second report in the place of the first leaves none of its files behind
    const words = readFileSync(trials, 'utf8').replaceAll(',word,', ',speech,');
    await run(analyzeCommand, write('speech.csv', words), '--config', config, '--out', out, '--overwrite');
    expect(readdirSync(join(out, 'figures')).filter((name) => name.includes('word'))).toEqual([]);
    expect(existsSync(join(out, 'tables', 'recognition-speech-cochcnn9.csv'))).toBe(true);
    await expect(run(analyzeCommand, trials, '--out', out)).rejects.toThrow(
      /report\.html exists already; choose another name, or add --overwrite/,
    );
  });

  it('--format json prints all results and writes nothing', async () => {
    const out = join(folder, 'nothing');
    const { stdout } = await run(
      analyzeCommand,
      trials,
      '--config',
      config,
      '--out',
      out,
      '--format',
      'json',
    );
    const results = JSON.parse(stdout) as {
      participants: number;
      curves: { inference: { anovas: { table: Record<string, { f: number }> }[] } }[];
    };
    expect(results.participants).toBe(8);
    expect(results.curves[0]!.inference.anovas[1]!.table['between:within']!.f).toBeGreaterThan(10);
    expect(existsSync(out)).toBe(false);
  });

  it('--plan simulates power from a pilot', async () => {
    const plan = write(
      'plan.json',
      JSON.stringify({ participants: [5], trialsPerLevel: 10, simulations: 60 }),
    );
    const out = join(folder, 'power');
    const { stdout } = await run(analyzeCommand, trials, '--plan', plan, '--out', out);
    expect(stdout).toMatch(/observer × stage +5 /);
    expect(readdirSync(out).sort()).toEqual(['power.csv', 'power.json', 'power.svg']);
  });

  it('says what is missing', async () => {
    await expect(run(analyzeCommand, trials, '--model', 'branched-small')).rejects.toThrow(
      /--model needs --study, which says whose clips the model answers; add it/,
    );
    await expect(run(analyzeCommand)).rejects.toThrow(
      'metamer analyze: a trials.csv must be given, or a study plan with --plan; add one',
    );
    await expect(run(analyzeCommand, trials, '--config', `${folder}/none.json`)).rejects.toThrow(
      /none\.json must be a JSON file, it does not exist; check the path$/,
    );
  });
});
