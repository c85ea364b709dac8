import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHearingImpairment } from '../../cochlea/impairment.ts';
import { commandPages } from '../../docs/build/commandPages.ts';
import { formatPages } from '../../docs/build/formatPages.ts';
import { declaredFields } from '../../docs/build/sourceComments.ts';
import { readStudyConfig } from '../../listening-test/study/studyConfig.ts';
import { readAnalysisConfig } from '../../src/analysis/config.ts';
import { readAnalysisPlan } from '../../src/analysis/plan/analysisPlan.ts';
import { readPowerPlan } from '../../src/analysis/power/plan.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { commands } from '../../src/cli/commands.ts';
import { readCausesConfig } from '../../src/experiments/causes/causesConfig.ts';
import { readLearnedEarConfig } from '../../src/experiments/learnedEar/learnedEarConfig.ts';
import { readBranchStudyConfig } from '../../src/training/branchStudy/studyConfig.ts';
import { readTrainingConfig } from '../../src/training/trainingConfig.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { codeBlocks } from './codeBlocks.ts';

test('commandPages() has a page of every command, with each of its options and examples', async () => {
  const pages = await commandPages();
  for (const [at, { name, load }] of commands.entries()) {
    const { flags, examples, arguments: positionals } = await load();
    const { file, body } = pages[at]!;
    expect(file).toBe(`commands/${name}.md`);
    for (const { flag } of flags) expect(body).toContain(`| \`${flag.replaceAll('|', '\\|')}\` |`);
    if (positionals) expect(body).toContain(`metamer ${name} ${positionals} [options]`);
    for (const example of examples) expect(body).toContain(example);
  }
});

test.each(formatPages().map(({ title, body }) => [title, body]))(
  'every row of %s is filled in',
  (title, body) => {
    const rows = body.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) {
      const cells = row.split(/(?<!\\)\|/).map((text) => text.replaceAll('`', '').trim());
      const hasDefaults = body.includes('| default |');
      expect(cells, row).toHaveLength(title === 'trials.csv' || !hasDefaults ? 5 : 6);
      // What a field holds; of a column, what it means.
      expect(cells[title === 'trials.csv' ? 3 : 2], row).not.toBe('');
    }
  },
);

/** Sources that read JSON, and the page of what they read; null for what the toolkit keeps for itself. */
const readers: Record<string, readonly string[] | null> = {
  'cochlea/impairment.ts': ['impaired ear'],
  'listening-test/study/loadStudy.ts': ['study.json', 'answers.json'],
  'src/analysis/config.ts': ['analysis configuration'],
  'src/analysis/plan/analysisPlan.ts': ['analysis plan'],
  'src/analysis/power/plan.ts': ['power plan'],
  'src/corpus/format/corpusFormat.ts': ['corpus.json', 'manifest.jsonl'],
  'src/experiments/causes/causesConfig.ts': ['causes configuration'],
  'src/experiments/learnedEar/learnedEarConfig.ts': ['learned ear configuration'],
  'src/model/modelDescription.ts': ['model.json'],
  'src/model/onnx/onnxDescription.ts': ['ONNX description'],
  'src/records/runFolder.ts': ['run.json'],
  'src/records/studyFacts.ts': ['trials.study.json'],
  'src/synthesis/null/nullDistribution.ts': ['null.json'],
  'src/training/branchStudy/studyConfig.ts': ['branch study configuration'],
  'src/training/evaluation/readEvaluation.ts': ['evaluation.json'],
  'src/training/trainingConfig.ts': ['training configuration'],
  // Accounts, measurements, parts that are not finished, and what a folder was begun with.
  'listening-test/experimenter/accounts.ts': null,
  'src/analysis/report/writeReport.ts': null,
  'src/bench/against/keptSittings.ts': null,
  'src/corpus/buildCorpus.ts': null,
  'src/corpus/format/shards.ts': null,
  'src/corpus/makers/packedRecordings.ts': null,
  'src/experiments/distort/searchRun.ts': null,
  'src/experiments/finishedStages.ts': null,
  'src/experiments/learnedEar/runLearnedEar.ts': null,
  'src/synthesis/runs/replacedRuns.ts': null,
  'src/training/branchStudy/runBranchStudy.ts': null,
  'src/training/evaluation/heardFile.ts': null,
  'src/training/trainingFolder.ts': null,
};

test('every JSON that somebody else may write or read has its page', () => {
  const sources = ['src', 'cochlea', 'stimuli', 'listening-test'].flatMap((room) =>
    readdirSync(packagePath(room), { recursive: true })
      .map((path) => `${room}/${String(path).replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts') && path !== 'src/base/readJson.ts')
      .filter((path) => /\breadJson\(/.test(readFileSync(packagePath(path), 'utf8'))),
  );
  expect(sources.sort()).toEqual(Object.keys(readers).sort());
  const titles = formatPages().map(({ title }) => title);
  const paged = Object.values(readers).flatMap((pages) => pages ?? []);
  // A YAML, and what is written for others to read.
  const others = ['study configuration', 'results.json', 'trials.csv'];
  expect(titles.toSorted()).toEqual([...paged, ...others].sort());
});

test.each(formatPages().map(({ title, body }) => [title, body]))(
  '%s has an example and a version',
  (title, body) => {
    const [, language, example] = /```(json|csv)\n([^`]+)\n```/.exec(body)!;
    if (language === 'json') expect(Object.keys(JSON.parse(example!)).length).toBeGreaterThan(0);
    else expect(example!.split('\n').map((line) => line.split(',').length)).toEqual([13, 13]);
    expect(body, title).toMatch(/\*\*Version\.\*\* \S.{8}/);
  },
);

test.each<[string, (path: string) => unknown]>([
  ['training configuration', readTrainingConfig],
  ['branch study configuration', readBranchStudyConfig],
  ['learned ear configuration', readLearnedEarConfig],
  ['causes configuration', readCausesConfig],
  ['analysis configuration', readAnalysisConfig],
  ['analysis plan', readAnalysisPlan],
  ['power plan', readPowerPlan],
  ['impaired ear', readHearingImpairment],
  ['study configuration', readStudyConfig],
])('the example of a %s is one that is taken', (title, read) => {
  const { body } = formatPages().find((page) => page.title === title)!;
  const path = join(temporaryFolder(), 'example.json');
  writeFileSync(path, /```json\n([^`]+)\n```/.exec(body)![1]!);
  expect(read(path)).toBeDefined();
});

test.each<[string, (path: string) => unknown, (text: string) => string]>([
  ['guides/training.md', readTrainingConfig, (text) => text],
  [
    'experiments/robust-training.md',
    readTrainingConfig,
    (text) => `{ "corpus": "corpus", "steps": 1, ${text} }`,
  ],
  ['experiments/impaired-ear.md', readHearingImpairment, (text) => text],
  ['experiments/distort.md', readStudyConfig, (text) => text],
])('the JSON that %s shows is taken', (page, read, asFile) => {
  const blocks = codeBlocks(readFileSync(packagePath(`docs/${page}`), 'utf8'));
  const path = join(temporaryFolder(), 'shown.json');
  writeFileSync(path, asFile(blocks.find(({ language }) => language === 'json')!.code));
  expect(read(path)).toBeDefined();
});

test('declaredFields(schema) tells kinds, ranges, defaults and comments of a schema', () => {
  const fields = declaredFields('src/training/trainingConfig.ts', 'trainingConfigSchema');
  const field = (path: string) => fields.find((each) => each.path === path);
  expect(field('branchPoint')).toMatchObject({
    type: 'whole number, ≥ 0, ≤ 12',
    fallback: '7',
    isOptional: true,
  });
  expect(field('corpus')).toMatchObject({ type: 'text', fallback: '', isOptional: false });
  expect(field('corpus')!.meaning).toBe('Folder of the corpus.');
  expect(field('draw.shares.word')).toMatchObject({ type: 'number, ≥ 0, ≤ 1' });
  expect(field('optimizer')).toMatchObject({ type: '`adamw`, `sgd`', fallback: 'adamw' });
});

test.each([
  ['omit', 'listening-test/study/studyConfig.ts', 'configSchema', 'level.file', undefined],
  ['extend', 'listening-test/study/studyConfig.ts', 'configSchema', 'tasks.kind', undefined],
  ['pick', 'src/experiments/causes/causesConfig.ts', 'schema', 'training.corpus', undefined],
  ['partial', 'listening-test/study/studyConfig.ts', 'configSchema', 'title', { isOptional: true }],
  ['extend', 'src/experiments/causes/causesConfig.ts', 'schema', 'training.name', { fallback: 'causes' }],
  [
    'keys',
    'src/model/modelDescription.ts',
    'schema',
    'preset',
    { type: '`kell2018`, `cochcnn9`, `cochresnet50`, `branched`' },
  ],
  [
    'spread',
    'src/experiments/learnedEar/learnedEarConfig.ts',
    'schema',
    'conditions',
    { fallback: '["learned", "random", "erb"]' },
  ],
  ['parse', 'src/analysis/config.ts', 'analysisConfig', 'exclusions', { fallback: '{}' }],
  [
    'digits',
    'src/analysis/config.ts',
    'analysisConfig',
    'bootstrap',
    { type: 'whole number, ≥ 1000, ≤ 1000000', fallback: '10000' },
  ],
  ['literal', 'src/corpus/format/corpusFormat.ts', 'descriptionSchema', 'sampleRateHz', { type: '`20000`' }],
])('declaredFields() follows %s in %s: %s has %s', (_, file, name, path, told) => {
  const found = declaredFields(file, name).filter((field) => field.path === path);
  if (told) expect(found).toMatchObject([told]);
  else expect(found).toEqual([]);
});

test('a format has a column of defaults where it has defaults', () => {
  const has = formatPages().flatMap(({ title, body }) => (body.includes('| default |') ? [title] : []));
  expect(has).toContain('causes configuration');
  expect(has).not.toContain('run.json');
});

test('no format has a field twice, or a comment with its marks', () => {
  for (const { title, body } of formatPages()) {
    const rows = [...body.matchAll(/^\| (`[^`]+`) \|.*$/gm)];
    const names = rows.map(([, field]) => field);
    expect(names, title).toEqual([...new Set(names)]);
    for (const [row] of rows) expect(row, title).not.toMatch(/\*\/|\/ \|$/);
  }
});

test('declaredFields(interface) has what is inherited, and fields of fields', () => {
  const fields = declaredFields('src/records/runRecord.ts', 'RunRecord');
  const paths = fields.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['sound', 'loss', 'criteria.snrDb', 'criteria.predictedClass.reference']),
  );
  expect(fields.find(({ path }) => path === 'ear')!.isOptional).toBe(true);
  const type = (path: string) => fields.find((field) => field.path === path)!.type;
  expect(type('objective')).toBe('object');
  expect(type('stageOrder')).toBe('list of: `string`');
  expect(type('modelPath')).toBe('`string` or `null`');
  expect(type('objective.weights')).toBe('`Record<string, number>`');
  expect(() => declaredFields('src/records/runRecord.ts', 'NoSuchThing')).toThrow('declares no NoSuchThing');
});
