import { availableParallelism } from 'node:os';
import { buildCorpus, type CorpusSize, corpusSizes } from '../../stimuli/corpus/buildCorpus.ts';
import type { CorpusDescription } from '../../stimuli/corpus/corpusFormat.ts';
import { type Command, numberFlag } from './command.ts';

/** `metamer corpus`: builds the training corpus from what the machine can install and the user's recordings. */
export const corpusCommand: Command = {
  name: 'corpus',
  summary: 'build a training corpus of words, music and backgrounds from what the machine can install',
  flags: [
    {
      flag: '--size <name>',
      help: 'tiny (seconds) or small (minutes)',
      choices: corpusSizes,
      required: true,
    },
    { flag: '--out <folder>', help: 'where; an interrupted build goes on there', required: true },
    { flag: '--audio <folder>', help: 'pack of recordings (index.json beside Ogg files) to use as well' },
    {
      flag: '--seed <n>',
      help: 'seed of splits, voices and pieces',
      default: 1,
      parse: numberFlag('--seed', { min: 0, integer: true }),
    },
    {
      flag: '--workers <n>',
      help: 'parts made at the same time',
      default: availableParallelism(),
      parse: numberFlag('--workers', { min: 1, max: 64, integer: true }),
    },
    { flag: '--json', help: 'print the description as JSON' },
  ],
  examples: [
    'metamer corpus --size tiny --out corpus-tiny',
    'metamer corpus --size small --out corpus-small --audio recordings',
  ],
  run: async (_positionals, flags) => {
    const description = await buildCorpus(String(flags['out']), {
      size: flags['size'] as CorpusSize,
      ...(flags['audio'] === undefined ? {} : { audioFolder: String(flags['audio']) }),
      seed: Number(flags['seed']),
      workers: Number(flags['workers']),
      onPart: ({ done, total, part }) => process.stderr.write(`corpus: ${done}/${total} ${part}\n`),
    });
    process.stdout.write(
      flags['json'] ? `${JSON.stringify(description, null, 2)}\n` : summaryOf(description),
    );
    return 0;
  },
};

function summaryOf(description: CorpusDescription): string {
  const counts = Object.entries(description.counts).map(
    ([kind, of]) => `  ${kind.padEnd(12)}${of.train} train, ${of.validation} validation, ${of.test} test`,
  );
  const sources = Object.entries(description.sources).map(
    ([name, { license, entries, seconds }]) =>
      `  ${name.padEnd(18)}${String(entries).padStart(6)} entries ${(seconds / 60).toFixed(1).padStart(7)} min  ${license}`,
  );
  return [
    `${description.words.length} words, ${description.genres.length} genres, ${description.shards.length} shards at ${description.sampleRateHz} Hz`,
    ...counts,
    'Sources and licenses:',
    ...sources,
    '',
  ].join('\n');
}
