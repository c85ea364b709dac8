import type { CorpusDescription } from '../../../src/corpus/format/corpusFormat.ts';
import type { CorpusTask } from '../../../src/model/auditoryModel.ts';
import type { Accuracy, Evaluation } from '../../../src/training/evaluation/evaluation.ts';
import type { TrainingConfig } from '../../../src/training/trainingConfig.ts';

/** A phase of a training as it went. */
export interface TrainedPhase {
  config: TrainingConfig;
  steps: number;
  /** Spent in steps, hours. */
  hours: number;
}

/** How many clips get their label, of how many. */
export interface NamedClips {
  named: number;
  asked: number;
}

/** What a card tells of. */
export interface CardFacts {
  name: string;
  parameters: number;
  phases: readonly TrainedPhase[];
  /** What the settings of the phases do not tell. */
  note?: string | undefined;
  limits: readonly string[];
  corpus: CorpusDescription;
  evaluation: Evaluation;
  nullDistribution: { sounds: number; pairs: number };
  /** Bundled clips that have a label of the model: those drawn by lot, and those that an earlier model named. */
  clips: { drawn: NamedClips; chosen: NamedClips };
}

/** Groups of an evaluation that the card shows, with what it calls them. */
const shownGroups: readonly (readonly [group: string, title: string])[] = [
  'clean',
  '9 dB',
  '0 dB',
  '-6 dB',
].flatMap((level) => {
  const title = level.replace('-', '−') + (level === 'clean' ? '' : ', all backgrounds');
  return ['', ', real talkers', ', synthetic talkers'].map((who) => [level + who, title + who] as const);
});

/**
 * The card of a trained model, as Markdown.
 *
 * @param facts - All that it says; nothing is said that is not in them.
 */
export function modelCard({
  name,
  parameters,
  phases,
  note,
  limits,
  corpus,
  evaluation,
  nullDistribution,
  clips,
}: CardFacts): string {
  const excerpts = phases.reduce((sum, { config, steps }) => sum + steps * config.batchSize, 0);
  const hours = phases.reduce((sum, phase) => sum + phase.hours, 0);
  const stored = phases.at(-1)!.config.weightType === 'F16' ? '16' : '32';
  return [
    `# ${name}`,
    `Word and genre recognition from two seconds of sound at 20 kHz: ${(parameters / 1e6).toFixed(1)} M parameters stored in ${stored} bits, ${corpus.genres.length} genres; \`model.json\` has the architecture and the classes.`,
    '## Training',
    `${phases.length} phases, each from the weights of the one before, ${grouped(excerpts)} excerpts in ${hours.toFixed(1)} hours: ${phases.map(phaseText).join('; ')}. \`training.json\` has the corpus and all settings, \`metrics.jsonl\` the learning curve; a recipe with \`"from": "${name}"\` goes on (\`test/bench/trainedModel/makeTrainedModel.ts\`).${note ? ` ${note}` : ''}`,
    `\`null.json\` is the null distribution of the match over ${grouped(nullDistribution.pairs)} random pairs of ${grouped(nullDistribution.sounds)} sounds of the corpus.`,
    '![Loss and accuracy over all steps](curves.svg)',
    '## How good is it?',
    `On talkers, grooves, composers and recordings that training did not see, ${evaluation.perLabel} excerpts of each label in each condition; accuracy with 95 % interval (\`evaluation.json\`). By kind of music and of voice:`,
    accuracyTable(evaluation),
    humansText(evaluation),
    '![Accuracy against signal-to-noise ratio by background](psychometric.svg)',
    `Of the ${clips.drawn.asked} bundled clips of its words and genres that were drawn by lot it names ${clips.drawn.named}, of the ${clips.chosen.asked} that were chosen because an earlier model named them ${clips.chosen.named}.`,
    '## Data',
    'The recordings are not part of the project; weights trained on them are.',
    sourcesTable(corpus),
    '## Limits',
    limits.map((limit) => `- ${limit}`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function phaseText({ config: { seed, batchSize }, steps }: TrainedPhase): string {
  return `seed ${seed}, ${grouped(steps)} steps of ${batchSize}`;
}

function accuracyTable({ tasks }: Evaluation): string {
  const groupsOf = (task: CorpusTask) => tasks[task] ?? {};
  const sources = [...new Set([...Object.keys(groupsOf('word')), ...Object.keys(groupsOf('genre'))])]
    .filter((group) => /^clean, /.test(group) && !/ talkers$/.test(group))
    .sort()
    .map((group) => [group, group] as const);
  const rows = [...shownGroups, ...sources].flatMap(([group, title]) => {
    const [word, genre] = [groupsOf('word')[group], groupsOf('genre')[group]];
    return word || genre ? [[title, ...cells(word), ...cells(genre)]] : [];
  });
  return markdownTable(['', 'words, top 1', 'top 5', 'genres, top 1', 'top 5'], rows);
}

function cells(accuracy: Accuracy | undefined): [string, string] {
  if (!accuracy) return ['', ''];
  const { top1, top5, interval } = accuracy;
  return [`${percent(top1)} % [${percent(interval.low)}, ${percent(interval.high)}]`, `${percent(top5)} %`];
}

function humansText({ humans }: Evaluation): string {
  if (!humans) return 'It was not held against people.';
  const { r, cells: count, rmse, ceiling, byBackground } = humans;
  const backgrounds = byBackground.map(
    (each) => `${each.background} ${each.r.toFixed(2)} and ${percent(each.rmse)}`,
  );
  return `Over ${count} cells of background and level its words correlate with people's at r = ${r.toFixed(3)} (halves of the people with each other: ${ceiling.toFixed(3)}); the root of the mean squared difference is ${percent(rmse)} points; within backgrounds: ${backgrounds.join(', ')}.\n\n![Words in noise, people beside the model](humans.svg)`;
}

function sourcesTable({ sources }: CorpusDescription): string {
  const rows = Object.entries(sources).map(([source, { entries, seconds, license }]) => [
    source,
    grouped(entries),
    `${(seconds / 60).toFixed(0)} min`,
    licensesOf(license),
  ]);
  return markdownTable(['source', 'entries', 'length', 'license'], rows);
}

/** Licenses of played scores are many pairs: the scores' and the soundfonts' once each. */
function licensesOf(text: string): string {
  const pairs = text
    .split('; ')
    .map((each) =>
      /^(score|rendered from MMA's patterns) \((.+)\) (?:played )?with a soundfont \((.+)\)$/.exec(each),
    );
  if (!pairs.every((pair) => pair !== null)) return text;
  const all = (group: number) => [...new Set(pairs.map((pair) => pair[group]))].sort().join(', ');
  return `${all(1)}: ${all(2)}; soundfonts: ${all(3)}`;
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
