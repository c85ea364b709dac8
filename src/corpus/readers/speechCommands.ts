import { InputError } from '../../base/inputError.ts';
import { pathIn, type Recording, soundFilesBelow } from './recordings.ts';

/**
 * Recordings in the layout of Google's Speech Commands: `<word>/<talker>_nohash_<n>.wav`, and noises in
 * `_background_noise_`.
 *
 * @param folder - The unpacked data set.
 * @param words - Words that are taken; the others are left out.
 * @returns Isolated words by talker, and backgrounds.
 * @throws InputError when no file is in a folder named after one of the words.
 * @see Warden (2018), arXiv:1804.03209.
 */
export function speechCommandsRecordings(folder: string, words: readonly string[]): Recording[] {
  const recordings = soundFilesBelow(folder, 'speechCommands').flatMap((file): Recording[] => {
    const parts = file.split('/');
    const [name, parent] = [parts.at(-1)!, parts.at(-2) ?? ''];
    const common = { path: pathIn(folder, file), license: 'CC-BY-4.0' };
    if (parent === '_background_noise_')
      return [{ ...common, kind: 'background', group: name, scene: name.replace(/\.[^.]+$/, '') }];
    if (!words.includes(parent)) return [];
    const talker = name.replace(/_nohash_.*$/, '').replace(/\.[^.]+$/, '');
    return [{ ...common, kind: 'speech', group: talker, talker, isolatedWord: parent }];
  });
  if (!recordings.some(({ isolatedWord }) => isolatedWord !== undefined))
    throw new InputError(
      `${folder} must have a folder a word, named as one of ${words.join(', ')}; give the data set's own folder`,
      { option: 'speechCommands' },
    );
  return recordings;
}
