import { trialFieldList } from '../../src/records/trialRecord.ts';
import { cell } from './commandPages.ts';
import type { Page } from './page.ts';
import { type DeclaredField, declaredFields } from './sourceComments.ts';

interface Format {
  name: string;
  /** What the file is and who writes it. */
  lead: string;
  /** Where its version stands, or what stands in for one. */
  version: string;
  /** Source and the interface or schema in it; none for a table. */
  declared?: readonly [file: string, name: string];
  /** Start of such a file. */
  example: string;
}

const withPackage =
  'None of its own: it goes with the version of the package, and a field that is not known is refused.';

/** Every file that the toolkit reads or writes and others may want to. */
const formats: readonly Format[] = [
  {
    name: 'run.json',
    lead: 'What is known of one metamer: settings, loss, criteria, verdict. `metamer synthesize` writes it last, so a folder that has it is finished; `verify`, `cross`, `study` and `sheet` read it. Numbers that are not finite are null. Open: later versions add fields.',
    version: '`versions.auditory-metamer`, the package that wrote it.',
    declared: ['src/records/runRecord.ts', 'RunRecord'],
    example:
      '{ "sound": "speech-no", "stage": "norm1", "model": "branched-small", "preset": "fast", "steps": 4800, "seed": 1 }',
  },
  {
    name: 'study.json',
    lead: 'A listening study without its answers; `metamer study` writes it, `metamer serve` reads it.',
    version: '`format`, 1.',
    declared: ['listening-test/study/studySchema.ts', 'studySchema'],
    example:
      '{ "format": 1, "id": "my-study", "title": "Listening", "seed": 1, "tasks": { "word": { "kind": "choice", "prompt": "Which word?", "labels": ["yes", "no"] } } }',
  },
  {
    name: 'answers.json',
    lead: 'What each opaque clip of a study is. `metamer study` writes it beside `study.json`; it never leaves the server.',
    version: '`format`, 1.',
    declared: ['listening-test/study/studySchema.ts', 'answersSchema'],
    example:
      '{ "format": 1, "stimuli": [{ "id": "0f…", "sha256": "9c…", "seconds": 2, "task": "word", "role": "main", "sourceId": "speech-no", "condition": "natural", "stage": "", "metamerModel": "", "target": "no", "replaced": false }], "substitutions": [] }',
  },
  {
    name: 'study configuration',
    lead: 'What `metamer study --config` takes: parts of `study.json` that differ from the defaults, and what is done while building.',
    version: 'That of `study.json`; a field that is not known is refused.',
    declared: ['listening-test/study/studyConfig.ts', 'configSchema'],
    example: '{ "title": "Which word was it?", "screening": { "headphones": "huggins" } }',
  },
  {
    name: 'model.json',
    lead: 'A model of our own networks, beside `weights.safetensors`; `metamer train` and `import-weights` write it.',
    version: '`version`, 1.',
    declared: ['src/model/modelDescription.ts', 'schema'],
    example:
      '{ "version": 1, "name": "my-model", "preset": "branched", "width": 0.25, "branchPoint": 7, "labels": { "word": ["__null__", "yes"], "genre": ["__null__", "jazz"] }, "cochleagram": {}, "samples": 40000 }',
  },
  {
    name: 'ONNX description',
    lead: 'What an ONNX file does not tell by itself, in `net.json` beside `net.onnx`; `metamer describe net.onnx` writes one to start from. The guide [a model of your own](../../guides/own-model.md) explains it.',
    version: '`version`, 1.',
    declared: ['src/model/onnx/onnxDescription.ts', 'schema'],
    example:
      '{ "version": 1, "input": "waveform", "sampleRateHz": 16000, "samples": 32000, "stages": [{ "name": "relu1", "tensor": "/relu1/Relu_output_0" }] }',
  },
  {
    name: 'corpus.json',
    lead: 'What a corpus folder holds; `metamer corpus` writes it, training and evaluation read it. Open.',
    version: '`format`, `auditory-metamer corpus 2`; those of version 1 are read.',
    declared: ['src/corpus/format/corpusFormat.ts', 'descriptionSchema'],
    example:
      '{ "format": "auditory-metamer corpus 2", "size": "tiny", "seed": 1, "sampleRateHz": 20000, "words": ["yes"], "genres": ["jazz"], "shards": [], "counts": {}, "sources": {} }',
  },
  {
    name: 'manifest.jsonl',
    lead: 'One line for each labeled stretch of sound in a corpus. Open.',
    version: 'That of `corpus.json` beside it.',
    declared: ['src/corpus/format/corpusFormat.ts', 'entrySchema'],
    example:
      '{ "id": "w1", "shard": "train-0.flac", "start": 0, "end": 40000, "kind": "speech", "word": "yes", "talker": "t1", "source": "flite", "license": "BSD", "split": "train" }',
  },
  {
    name: 'training configuration',
    lead: 'What `metamer train --config` takes.',
    version: withPackage,
    declared: ['src/training/trainingConfig.ts', 'trainingConfigSchema'],
    example: '{ "corpus": "corpus", "steps": 12000, "batchSize": 16 }',
  },
  {
    name: 'null.json',
    lead: 'Null distribution: how well random pairs of natural sounds match at each stage. `metamer null` writes it; beside a model’s weights it is found by itself. Open.',
    version: '`modelHash`: it is refused for other weights, another ear or another length of sound.',
    declared: ['src/synthesis/null/makeNull.ts', 'MadeNull'],
    example:
      '{ "model": "my-model", "modelHash": "da…", "sounds": 1415, "pairs": 1000000, "stages": { "norm1": { "spearman": { "max": 0.954 }, "pearson": { "max": 0.87 }, "snrDb": { "max": 5.99 } } } }',
  },
  {
    name: 'evaluation.json',
    lead: 'Accuracy of a model on a corpus; `metamer evaluate` writes it, `--beside` reads it. Open.',
    version: '`modelHash` and the seed say what was evaluated; it goes with the version of the package.',
    declared: ['src/training/evaluation/evaluation.ts', 'Evaluation'],
    example:
      '{ "model": "my-model", "split": "test", "perLabel": 4, "snrsDb": [9, 0], "seed": 1, "tasks": { "word": { "clean": { "excerpts": 256, "top1": 0.93 } } } }',
  },
  {
    name: 'branch study configuration',
    lead: 'What `metamer branch-study --config` takes: a training configuration and the branch points to compare.',
    version: withPackage,
    declared: ['src/training/branchStudy/studyConfig.ts', 'studySchema'],
    example: '{ "corpus": "corpus", "steps": 12000, "branchPoints": [0, 4, 7, 12], "seeds": [1, 2] }',
  },
  {
    name: 'learned ear configuration',
    lead: 'What `metamer learned-ear --config` takes.',
    version: withPackage,
    declared: ['src/experiments/learnedEar/learnedEarConfig.ts', 'schema'],
    example: '{ "training": { "corpus": "corpus", "steps": 1200 }, "seeds": [1, 2, 3] }',
  },
  {
    name: 'causes configuration',
    lead: 'What `metamer causes --config` takes.',
    version: withPackage,
    declared: ['src/experiments/causes/causesConfig.ts', 'schema'],
    example: '{ "training": { "steps": 1200 }, "compared": 60 }',
  },
  {
    name: 'analysis configuration',
    lead: 'What `metamer analyze --config` takes.',
    version: withPackage,
    declared: ['src/analysis/config.ts', 'analysisConfig'],
    example: '{ "equivalenceMargin": 0.05, "chance": { "word": 0.0156 } }',
  },
  {
    name: 'analysis plan',
    lead: 'What `metamer analyze --plan-file` takes: the primary test, its level and the exclusions, fixed before the data were seen.',
    version: '`format`, 1.',
    declared: ['src/analysis/plan/analysisPlan.ts', 'analysisPlan'],
    example:
      '{ "format": 1, "primaryTest": { "task": "word", "metamerModel": "branched-small", "effect": "observer × stage" } }',
  },
  {
    name: 'power plan',
    lead: 'What `metamer analyze --plan` takes: the study that is to be simulated.',
    version: withPackage,
    declared: ['src/analysis/power/plan.ts', 'powerPlan'],
    example: '{ "participants": [20, 30], "trialsPerLevel": 20 }',
  },
  {
    name: 'impaired ear',
    lead: 'What `--ear` takes: how an ear differs from the published one.',
    version: withPackage,
    declared: ['cochlea/impairment.ts', 'impairmentSchema'],
    example: '{ "name": "mild", "filterBroadening": 2 }',
  },
  {
    name: 'results.json',
    lead: 'All results of an analysis in full precision; `metamer analyze` writes it. The report is made of the same values.',
    version: '`versions.toolkit`, the package that wrote it.',
    declared: ['src/analysis/results.ts', 'AnalysisResults'],
    example: '{ "title": "", "seed": 1, "curves": [{ "task": "word", "model": "branched-small" }] }',
  },
  {
    name: 'trials.study.json',
    lead: 'What a table of trials cannot say of its study; `metamer export` writes it beside `trials.csv`, and `metamer analyze` finds it there.',
    version: '`format`, 1.',
    declared: ['src/records/studyFacts.ts', 'studyFactsSchema'],
    example:
      '{ "format": 1, "study": "words", "exclusion": {}, "choices": { "word": 64 }, "stageOrder": { "branched-small": ["cochleagram", "conv1"] } }',
  },
  {
    name: 'trials.csv',
    lead: 'One row per trial, for people and models alike; `metamer export` and `evaluate` write it, `metamer analyze` reads it. Text in UTF-8, a comma between cells; semicolons, tabs and other encodings are read as well, and decimal commas where semicolons part the cells. A value is missing where the cell is empty or holds `NA`, `NaN` or `nan`. `N/A`, `null` and `None` are refused in columns of numbers, with the line; in columns of text they are words, as they may be of a study.',
    version: 'None: columns are known by their names, and those that are not known are left alone.',
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
  return formats.map(({ name, lead, version, declared, example }) => ({
    file: `formats/${name.replaceAll(' ', '-')}.md`,
    title: name,
    body: [
      `# ${name}`,
      lead,
      `**Version.** ${version}`,
      `\`\`\`${name.endsWith('.csv') ? 'csv' : 'json'}\n${example}\n\`\`\``,
      declared ? fieldTable(declaredFields(...declared)) : columnTable(),
    ].join('\n\n'),
  }));
}

function fieldTable(fields: readonly DeclaredField[]): string {
  const hasFallbacks = fields.some(({ fallback }) => fallback !== '');
  const rows = fields.map(({ path, type, isOptional, fallback, meaning }) => {
    const value = isOptional && fallback === '' ? `${code(type)}; may be absent` : code(type);
    const last = hasFallbacks ? [fallback && `\`${code(fallback)}\``, cell(meaning)] : [cell(meaning)];
    return `| ${[`\`${path}\``, value, ...last].join(' | ')} |`;
  });
  const head = hasFallbacks
    ? '| field | value | default | meaning |\n|---|---|---|---|'
    : '| field | value | meaning |\n|---|---|---|';
  return `${head}\n${rows.join('\n')}`;
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
