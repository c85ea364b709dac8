import { dirname } from 'node:path';
import { type BuiltStudy, buildStudy } from '../../../listening-test/study/buildStudy.ts';
import { readStudyConfig, type StudyConfig } from '../../../listening-test/study/studyConfig.ts';
import { readTargets } from '../../../listening-test/study/targets.ts';
import { type Command, type Flags, numberFlag } from '../command.ts';
import { readLabels } from '../flags/readLabels.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';

interface StudyFlags {
  out: string;
  natural?: string[];
  config?: string;
  targets?: string;
  words?: string;
  genres?: string;
  title?: string;
  id?: string;
  seed?: number;
  practice?: number;
  catch?: number;
  headphones?: 'antiphase' | 'huggins' | 'both' | 'off';
  failed?: 'replace' | 'leave-out';
  compareWithOriginal?: boolean;
  overwrite?: boolean;
}

/** `metamer study`: a listening study from run folders and natural clips. */
export const studyCommand: Command = {
  arguments: '[runs...]',
  flags: [
    { flag: '--out <dir>', help: 'the study folder to write', required: true },
    {
      flag: '--natural <sounds...>',
      help: 'natural sounds for practice and catch trials; their labels come from --targets, their folder or their name',
    },
    { flag: '--config <file>', help: 'YAML or JSON with fields of study.json, targets and rms' },
    {
      flag: '--targets <csv>',
      help: "right answers: columns sound, target and task (word); default: the model's class of each reference",
    },
    { flag: '--words <file>', help: 'word list, one a line; default: all targets' },
    { flag: '--genres <file>', help: 'genre list, one a line; default: all targets' },
    { flag: '--title <text>', help: 'title participants see' },
    { flag: '--id <name>', help: 'name of the study in the data' },
    {
      flag: '--seed <n>',
      help: 'seed of assignment and names',
      parse: numberFlag('--seed', { min: 0, integer: true }),
    },
    {
      flag: '--practice <n>',
      help: 'practice trials a task (default: 4, or as many as there are sounds for)',
      parse: numberFlag('--practice', { min: 0, integer: true }),
    },
    {
      flag: '--catch <n>',
      help: 'catch trials a task (default: 4, or as many as there are sounds for)',
      parse: numberFlag('--catch', { min: 0, integer: true }),
    },
    {
      flag: '--headphones <check>',
      help: 'headphone check (default: antiphase)',
      choices: ['antiphase', 'huggins', 'both', 'off'],
    },
    {
      flag: '--failed <fate>',
      help: 'what becomes of metamers that failed: the natural sound stands in, or none (default: replace)',
      choices: ['replace', 'leave-out'],
    },
    { flag: '--compare-with-original', help: 'same-different task: each version after its original' },
    { flag: '--overwrite', help: 'replace an existing study' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: [
    'metamer study runs/ --out study',
    'metamer study runs/ --natural clips/*.wav --targets targets.csv --words words.txt --out study',
    'metamer study runs/ --config study.yaml --out study',
  ],
  run: async (runs, flags) => {
    const wanted = flags as unknown as StudyFlags & Flags;
    const progress = countProgress();
    const built = await buildStudy({
      runs,
      naturalSounds: wanted.natural ?? [],
      config: configOf(wanted),
      targets: wanted.targets === undefined ? new Map() : readTargets(wanted.targets),
      labels: labelsOf(wanted),
      counts: { practice: wanted.practice, catch: wanted.catch },
      folder: wanted.out,
      pluginsFolder: dirname(wanted.config ?? '.'),
      overwrite: wanted.overwrite ?? false,
      onProgress: progress.update,
    }).finally(progress.stop);
    const summary = summaryOf(built, wanted);
    printResult(flags, summary, () => `${lines(summary).join('\n')}\n`);
    return 0;
  },
};

function configOf(flags: StudyFlags): StudyConfig {
  const config = flags.config === undefined ? {} : readStudyConfig(flags.config);
  const { title, id, seed, headphones, failed, compareWithOriginal } = flags;
  return {
    ...config,
    ...(title === undefined ? {} : { title }),
    ...(id === undefined ? {} : { id }),
    ...(seed === undefined ? {} : { seed }),
    ...(failed === undefined ? {} : { failedMetamers: failed }),
    ...(compareWithOriginal ? { compareWithOriginal } : {}),
    ...(headphones === undefined ? {} : { screening: { ...config.screening, headphones } as never }),
  };
}

function labelsOf(flags: StudyFlags): Record<string, string[]> {
  return {
    ...(flags.words === undefined ? {} : { word: readLabels(flags.words) }),
    ...(flags.genres === undefined ? {} : { genre: readLabels(flags.genres) }),
  };
}

/** What was built, counted. */
function summaryOf({ study, answers, missingTexts, notes }: BuiltStudy, { out, natural }: StudyFlags) {
  const count = (role: string) => answers.stimuli.filter((stimulus) => stimulus.role === role).length;
  const sources = new Set(
    answers.stimuli.filter(({ role }) => role === 'main').map(({ sourceId }) => sourceId),
  );
  const conditions = new Set(answers.stimuli.map(({ condition }) => condition));
  return {
    study: out,
    tasks: Object.keys(study.tasks),
    sources: sources.size,
    conditions: [...conditions].sort(),
    mainClips: count('main'),
    practiceClips: count('practice'),
    catchClips: count('catch'),
    unusedSounds: (natural?.length ?? 0) - count('practice') - count('catch'),
    substitutions: answers.substitutions,
    missingTexts,
    notes,
  };
}

function lines(summary: ReturnType<typeof summaryOf>): string[] {
  return [
    ...(summary.missingTexts.length > 0
      ? [`in English, for want of texts of the study's language: ${summary.missingTexts.join(', ')}`]
      : []),
    `${summary.study}: ${summary.tasks.join(' and ')}, ${summary.sources} sources × ${summary.conditions.length} conditions`,
    `  conditions: ${summary.conditions.join(', ')}`,
    `  clips: ${summary.mainClips} main, ${summary.practiceClips} practice, ${summary.catchClips} catch`,
    ...(summary.unusedSounds > 0
      ? [`  natural sounds left over: ${summary.unusedSounds} (--practice and --catch take more)`]
      : []),
    ...summary.substitutions.map(
      ({ sourceId, condition, reason, action }) => `  ${action}: ${sourceId} in ${condition} (${reason})`,
    ),
    ...summary.notes.map((note) => `  ${note}`),
    `Start it with: metamer serve ${summary.study}`,
  ];
}
