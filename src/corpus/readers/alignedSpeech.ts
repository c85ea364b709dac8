import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import { pathIn, type Recording, type SpokenWord, soundFilesBelow } from './recordings.ts';

/**
 * Recordings of read sentences whose word times are known, as in the Word-Speaker-Noise data: LibriSpeech's
 * `<talker>-<chapter>-<n>.flac` with `*.alignment.txt`, or any folder with one Praat TextGrid a sound (the Montreal
 * Forced Aligner's output), such as Common Voice with `validated.tsv` for its talkers.
 *
 * @param folder - The data set, alignments somewhere below it.
 * @param words - Words that become labels; utterances without any serve as context and babble.
 * @returns Utterances by talker.
 * @throws InputError when no alignment belongs to a sound.
 */
export function alignedSpeechRecordings(folder: string, words: readonly string[]): Recording[] {
  const times = alignmentsBelow(folder);
  const talkers = commonVoiceTalkers(folder);
  const recordings = soundFilesBelow(folder, 'alignedSpeech').flatMap((file): Recording[] => {
    const name = basename(file, extname(file));
    const spoken = times.get(name);
    if (!spoken) return [];
    const libriSpeech = /^(\d+)-\d+-\d+$/.exec(name);
    const talker = talkers.get(basename(file)) ?? libriSpeech?.[1] ?? name;
    return [
      {
        path: pathIn(folder, file),
        kind: 'speech',
        group: talker,
        talker,
        words: spoken.filter(({ word }) => words.includes(word)),
        license: talkers.size > 0 ? 'CC0-1.0' : libriSpeech ? 'CC-BY-4.0' : 'see the collection',
      },
    ];
  });
  if (recordings.length === 0)
    throw new InputError(
      `${folder} must hold an alignment for its sounds (x.TextGrid for x.wav, or LibriSpeech's *.alignment.txt), none fits; align it first, for example with the Montreal Forced Aligner`,
      { option: 'alignedSpeech' },
    );
  return recordings;
}

function alignmentsBelow(folder: string): Map<string, SpokenWord[]> {
  const times = new Map<string, SpokenWord[]>();
  for (const entry of readdirSync(folder, { recursive: true }).map(String).sort()) {
    if (entry.endsWith('.alignment.txt'))
      for (const [name, spoken] of parseAlignmentText(readFileSync(pathIn(folder, entry), 'utf8')))
        times.set(name, spoken);
    if (entry.endsWith('.TextGrid'))
      times.set(basename(entry, '.TextGrid'), parseTextGrid(readFileSync(pathIn(folder, entry), 'utf8')));
  }
  return times;
}

/**
 * Parses LibriSpeech alignments: a line is `id ",GO,,DO," "0.49,0.89,1.27,1.38"`, words (empty for pauses) and the end
 * of each, seconds.
 *
 * @param text - The file.
 * @returns Words in lower case by utterance.
 */
export function parseAlignmentText(text: string): [name: string, words: SpokenWord[]][] {
  return [...text.matchAll(/^(\S+) "([^"]*)" "([^"]*)"/gm)].map(([, name, words, ends]) => {
    const endSeconds = ends!.split(',').map(Number);
    const spoken = words!.split(',').map((word, i) => ({
      word: word.toLowerCase(),
      startSeconds: i === 0 ? 0 : endSeconds[i - 1]!,
      endSeconds: endSeconds[i]!,
    }));
    return [name!, spoken.filter(({ word }) => word !== '')];
  });
}

/**
 * Parses the tier `words` (or the first tier) of a Praat TextGrid in its long text form.
 *
 * @param text - The file.
 * @returns Words in lower case, pauses left out.
 */
export function parseTextGrid(text: string): SpokenWord[] {
  const tiers = text.split(/item \[\d+\]:/).slice(1);
  const tier = tiers.find((candidate) => /name = "words?"/i.test(candidate)) ?? tiers[0] ?? '';
  const intervals = tier.matchAll(/xmin = ([\d.eE+-]+)\s+xmax = ([\d.eE+-]+)\s+text = "([^"]*)"/g);
  return [...intervals]
    .map(([, start, end, word]) => ({
      word: word!.trim().toLowerCase(),
      startSeconds: Number(start),
      endSeconds: Number(end),
    }))
    .filter(({ word }) => word !== '' && !/^(sil|sp|spn|<.*>)$/.test(word));
}

/** `validated.tsv` of Common Voice: talker (client_id) of each clip (path). */
function commonVoiceTalkers(folder: string): Map<string, string> {
  const table = readdirSync(folder).find((file) => file === 'validated.tsv');
  if (!table) return new Map();
  const [header, ...rows] = readFileSync(pathIn(folder, table), 'utf8').split(/\r?\n/);
  const columns = header!.split('\t');
  const [talker, path] = [columns.indexOf('client_id'), columns.indexOf('path')];
  return new Map(
    rows.filter(Boolean).map((row) => {
      const cells = row.split('\t');
      return [cells[path]!, cells[talker]!];
    }),
  );
}
