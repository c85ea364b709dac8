import { trialFieldList } from '../../src/records/trialRecord.ts';
import { cell } from './commandPages.ts';
import type { Page } from './page.ts';
import { type DeclaredField, declaredFields } from './sourceComments.ts';

interface Format {
  name: string;
  /** What the file is and who writes it. */
  lead: string;
  /** Source and the interface or schema in it; none for a table. */
  declared?: readonly [file: string, name: string];
  /** Start of such a file. */
  example: string;
}

/** Every file that the toolkit reads or writes and others may want to. */
const formats: readonly Format[] = [
  {
    name: 'run.json',
    lead: 'What is known of one metamer: settings, loss, criteria, verdict. `metamer synthesize` writes it last, so a folder that has it is finished; `verify`, `cross`, `study` and `sheet` read it. Numbers that are not finite are null. Open: later versions may add fields.',
    declared: ['src/records/runRecord.ts', 'RunRecord'],
    example:
      '{ "sound": "speech-no", "stage": "norm1", "model": "branched-small", "preset": "fast", "steps": 4800, "seed": 1 }',
  },
  {
    name: 'study.json',
    lead: 'A listening study without its answers; `metamer study` writes it, `metamer serve` reads it. Version: `format`.',
    declared: ['listening-test/study/definition.ts', 'studySchema'],
    example:
      '{ "format": 1, "id": "my-study", "title": "Listening", "seed": 1, "tasks": { "word": { "kind": "choice", "prompt": "Which word?", "labels": ["yes", "no"] } } }',
  },
  {
    name: 'study configuration',
    lead: 'What `metamer study --config` takes: parts of `study.json` that differ from the defaults, and what is done while building.',
    declared: ['listening-test/study/studyConfig.ts', 'configSchema'],
    example: '{ "title": "Which word was it?", "screening": { "headphones": "huggins" } }',
  },
  {
    name: 'model.json',
    lead: 'A model of our own networks, beside `weights.safetensors`; `metamer train` and `import-weights` write it. Version: `version`.',
    declared: ['src/model/modelDescription.ts', 'schema'],
    example:
      '{ "version": 1, "name": "my-model", "preset": "branched", "width": 0.25, "branchPoint": 7, "labels": { "word": ["", "yes"], "genre": ["", "jazz"] }, "cochleagram": {}, "samples": 40000 }',
  },
  {
    name: 'ONNX description',
    lead: 'What an ONNX file does not tell by itself, in `net.json` beside `net.onnx`; `metamer describe net.onnx` writes one to start from. Version: `version`. The guide [a model of your own](../../guides/own-model.md) explains it.',
    declared: ['src/model/onnx/onnxDescription.ts', 'schema'],
    example:
      '{ "version": 1, "input": "waveform", "sampleRateHz": 16000, "samples": 32000, "stages": [{ "name": "relu1", "tensor": "/relu1/Relu_output_0" }] }',
  },
  {
    name: 'corpus.json',
    lead: 'What a corpus folder holds; `metamer corpus` writes it, training and evaluation read it. Version: `format`. Open.',
    declared: ['src/corpus/format/corpusFormat.ts', 'descriptionSchema'],
    example:
      '{ "format": 2, "size": "tiny", "seed": 1, "sampleRateHz": 20000, "words": ["yes"], "genres": ["jazz"], "shards": [], "counts": {}, "sources": {} }',
  },
  {
    name: 'manifest.jsonl',
    lead: 'One line for each labeled stretch of sound in a corpus. Open.',
    declared: ['src/corpus/format/corpusFormat.ts', 'entrySchema'],
    example:
      '{ "id": "w1", "shard": "train-0.flac", "start": 0, "end": 40000, "kind": "speech", "word": "yes", "talker": "t1", "source": "flite", "license": "BSD", "split": "train" }',
  },
  {
    name: 'training configuration',
    lead: 'What `metamer train --config` takes.',
    declared: ['src/training/trainingConfig.ts', 'trainingConfigSchema'],
    example: '{ "corpus": "corpus", "steps": 12000, "batchSize": 16 }',
  },
  {
    name: 'analysis configuration',
    lead: 'What `metamer analyze --config` takes.',
    declared: ['src/analysis/config.ts', 'analysisConfig'],
    example: '{ "equivalenceMargin": 0.05, "chance": { "word": 0.0156 } }',
  },
  {
    name: 'analysis plan',
    lead: 'What `metamer analyze --plan-file` takes: the primary test, its level and the exclusions, fixed before the data were seen. Version: `format`.',
    declared: ['src/analysis/plan/analysisPlan.ts', 'analysisPlan'],
    example:
      '{ "format": 1, "primaryTest": { "task": "word", "metamerModel": "branched-small", "effect": "observer × stage" } }',
  },
  {
    name: 'power plan',
    lead: 'What `metamer analyze --plan` takes: the study that is to be simulated.',
    declared: ['src/analysis/power/plan.ts', 'powerPlan'],
    example: '{ "participants": [20, 30], "trialsPerLevel": 20 }',
  },
  {
    name: 'impaired ear',
    lead: 'What `--ear` takes: how an ear differs from the published one.',
    declared: ['cochlea/impairment.ts', 'impairmentSchema'],
    example: '{ "name": "mild", "filterBroadening": 2 }',
  },
  {
    name: 'results.json',
    lead: 'All results of an analysis in full precision; `metamer analyze` writes it. The report is made of the same values.',
    declared: ['src/analysis/results.ts', 'AnalysisResults'],
    example: '{ "title": "", "seed": 1, "curves": [{ "task": "word", "model": "branched-small" }] }',
  },
  {
    name: 'trials.csv',
    lead: 'One row a trial, for people and models alike; `metamer export` and `evaluate` write it, `metamer analyze` reads it. Text in UTF-8, a comma between cells; semicolons, tabs, decimal commas and other encodings are read as well.',
    example:
      'study,participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct\nmine,p1,human,word,main,0,speech-no,branched-small/norm1,norm1,branched-small,no,no,1',
  },
];

/**
 * A page of every file format, from the schema or type that reads or writes it.
 *
 * @returns The pages, in the order of {@link formats}.
 */
export function formatPages(): Page[] {
  return formats.map(({ name, lead, declared, example }) => ({
    file: `formats/${name.replaceAll(' ', '-')}.md`,
    title: name,
    body: [
      `# ${name}`,
      lead,
      `\`\`\`${name.endsWith('.csv') ? 'csv' : 'json'}\n${example}\n\`\`\``,
      declared ? fieldTable(declaredFields(...declared)) : columnTable(),
    ].join('\n\n'),
  }));
}

function fieldTable(fields: readonly DeclaredField[]): string {
  const rows = fields.map(
    ({ path, type, isOptional, fallback, meaning }) =>
      `| \`${path}\` | ${code(type)} | ${fallback ? `\`${code(fallback)}\`` : isOptional ? 'may be absent' : ''} | ${cell(meaning)} |`,
  );
  return `| field | value | where left out | meaning |\n|---|---|---|---|\n${rows.join('\n')}`;
}

/** Text of a cell in which nothing is taken for a tag. */
const code = (text: string) => text.replaceAll('|', '\\|');

function columnTable(): string {
  const rows = trialFieldList.map(
    ([, { column, isOptional, meaning }]) =>
      `| \`${column}\` | ${isOptional ? '' : 'required'} | ${cell(meaning)} |`,
  );
  return `| column | | meaning |\n|---|---|---|\n${rows.join('\n')}`;
}
