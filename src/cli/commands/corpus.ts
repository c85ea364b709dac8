import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeJsonAtomic } from '../../base/files.ts';
import {
  buildCorpus,
  type CollectionLayout,
  type CorpusSize,
  collectionLayouts,
  corpusSizes,
} from '../../corpus/buildCorpus.ts';
import { measureChannelConfound } from '../../corpus/excerpts/channelConfound.ts';
import type { CorpusDescription } from '../../corpus/format/corpusFormat.ts';
import { loadCorpus } from '../../corpus/format/loadCorpus.ts';
import { type Command, type Flags, keyOf, numberFlag } from '../command.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer corpus`: builds the training corpus from what the machine can install and the user's recordings. */
export const corpusCommand: Command = {
  flags: [
    {
      flag: '--size <name>',
      help: 'tiny (seconds) or small (minutes)',
      choices: corpusSizes,
      required: true,
    },
    { flag: '--out <folder>', help: 'where; an interrupted build goes on there', required: true },
    { flag: '--audio <folder>', help: 'pack of recordings (index.json beside Ogg files) to use as well' },
    { flag: '--speech-commands <folder>', help: "recordings in Speech Commands' layout: a folder a word" },
    {
      flag: '--aligned-speech <folder>',
      help: 'sentences with word times: LibriSpeech or Common Voice with alignments or TextGrids',
    },
    {
      flag: '--genres <folder>',
      help: "music in GTZAN's layout (a folder a genre) or FMA's (with tracks.csv)",
    },
    {
      flag: '--backgrounds <folder>',
      help: 'environmental sounds: ESC-50, AudioSet clips, or any folder of sounds',
    },
    {
      flag: '--scores <folder>',
      help: 'scores in the public domain or under CC BY, as the MutopiaProject collects them, played as real pieces of their style, composers kept apart; a score is a program that LilyPond runs, so give only such as you trust',
    },
    {
      flag: '--license <text>',
      help: "license of your recordings, for the manifest (default: that of the data set whose layout they have; a pack's index tells its own)",
    },
    { flag: '--words <list>', help: 'words that become labels, with commas; default: those of the size' },
    { flag: '--no-synthesis', help: 'use the recordings alone, without synthetic speech and music' },
    seedFlag('seed of splits, voices and pieces'),
    {
      flag: '--workers <n>',
      help: 'parts made at the same time',
      default: availableParallelism(),
      parse: numberFlag('--workers', { min: 1, max: 64, integer: true }),
    },
    {
      flag: '--measure-confound',
      help: 'also measure how far the recording channel gives words away, into confound.json (a minute)',
    },
    { flag: '--json', help: 'print the description as JSON' },
  ],
  examples: [
    'metamer corpus --size tiny --out corpus-tiny',
    'metamer corpus --size small --out corpus-small --audio recordings',
    'metamer corpus --size small --out corpus-small --scores MutopiaProject/ftp',
    'metamer corpus --size small --out corpus-own --speech-commands speech_commands_v0.02 --backgrounds ESC-50',
  ],
  run: async (_positionals, flags) => {
    let leftOut = 0;
    const onSkip = (reason: string) => {
      leftOut++;
      process.stderr.write(`corpus: left out: ${reason}\n`);
    };
    const progress = countProgress();
    const description = await buildCorpus(String(flags['out']), {
      size: flags['size'] as CorpusSize,
      collections: collectionsOf(flags),
      ...(flags['words'] === undefined ? {} : { words: String(flags['words']).split(',') }),
      ...(flags['license'] === undefined ? {} : { license: String(flags['license']) }),
      synthesize: flags['synthesis'] !== false,
      seed: Number(flags['seed']),
      workers: Number(flags['workers']),
      onSkip,
      onPart: ({ done, total }) => progress.update(done, total, 'parts of the corpus'),
    });
    progress.stop();
    if (leftOut > 0) process.stderr.write(`corpus: ${leftOut} left out\n`);
    if (flags['measureConfound']) await writeConfound(String(flags['out']), Number(flags['seed']));
    printResult(flags, description, () => summaryOf(description));
    return 0;
  },
};

async function writeConfound(folder: string, seed: number): Promise<void> {
  const report = measureChannelConfound(await loadCorpus(folder), { seed });
  writeJsonAtomic(join(folder, 'confound.json'), report);
  for (const [name, { wordAccuracy, wordChance, sourceAccuracy, sourceChance }] of Object.entries(report))
    process.stderr.write(
      `corpus: from the long-term spectrum alone, ${name}: word ${percent(wordAccuracy)} (chance ${percent(wordChance)}), source ${percent(sourceAccuracy)} (chance ${percent(sourceChance)})\n`,
    );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Folders of recordings by layout. */
function collectionsOf(flags: Flags): Partial<Record<CollectionLayout, string>> {
  return Object.fromEntries(
    collectionLayouts.flatMap((layout) => {
      const folder = flags[keyOf(layout)];
      return folder === undefined ? [] : [[layout, String(folder)]];
    }),
  );
}

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
