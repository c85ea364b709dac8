import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readScores, usableLicense } from '../../../src/corpus/readers/scores.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const header = (fields: Record<string, string>) =>
  `\\header {\n${Object.entries(fields)
    .map(([field, text]) => `  ${field} = "${text}"\n`)
    .join('')}}\n`;
const usual = {
  title: 'Air',
  composer: 'Ada Miller (1700-1760)',
  style: 'Baroque',
  license: 'Public Domain',
};
const scoreText = (fields: Record<string, string> = {}) =>
  `${header({ ...usual, ...fields })}\\score { { c'1 } \\midi { } }\n`;

function folderOf(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test.each([
  ['Public Domain', 'public domain'],
  ['Creative Commons Attribution 4.0', 'CC-BY-4.0'],
  ['Creative Commons Attribution', 'CC-BY'],
  ['CC BY 3.0', 'CC-BY-3.0'],
  ['Creative Commons Attribution-ShareAlike 4.0', undefined],
  ['Creative Commons Attribution Share Alike 2.5', undefined],
  ['Creative Commons Attribution-NonCommercial 3.0', undefined],
  ['Creative Commons Attribution-NoDerivs 3.0', undefined],
  ['CC BY-SA 4.0 Public Domain', undefined],
  ['CC BY-NC 4.0', undefined],
  ['CC BY-ND 4.0', undefined],
  ['Copyright 2004 by the engraver', undefined],
  ['', undefined],
])("usableLicense('%s') is %s", (words, license) => {
  expect(usableLicense(words)).toBe(license);
});

test.each([
  [{}, 'miller'],
  [{ composer: 'Ada Miller' }, 'miller'],
  [{ composer: 'A. Müller, after B' }, 'muller'],
  [{ composer: 'Camille Saint-Saëns (1835–1921)' }, 'saint-saens'],
  [{ mutopiacomposer: 'BachJS' }, 'bach'],
  [{ composer: 'Johann Sebastian Bach (1685-1750)' }, 'bach'],
  [{ mutopiacomposer: 'Saint-SaensC' }, 'saint-saens'],
  [{ mutopiacomposer: 'Traditional', title: 'The Río, 2' }, 'traditional: the rio 2'],
  [{ composer: 'Anonymous' }, 'traditional: air'],
])('readScores tells the composer of %j as %s', (fields, composer) => {
  expect(readScores(folderOf({ 'a.ly': scoreText(fields) })).scores).toEqual([
    { file: 'a.ly', genre: 'baroque', composer, license: 'public domain' },
  ]);
});

test('readScores counts what it leaves out by reason, and refuses a folder with nothing else', () => {
  const bad = {
    'style.ly': scoreText({ style: 'Technique' }),
    'none.ly': '{ c1 }',
    'license.ly': scoreText({ license: 'Creative Commons Attribution-ShareAlike 4.0' }),
    'composer.ly': scoreText({ composer: '' }),
    'silent.ly': `${header(usual)}{ c'1 }\n`,
  };
  const { scores, leftOut } = readScores(folderOf({ ...bad, 'good.ly': scoreText() }));
  expect(scores.map(({ file }) => file)).toEqual(['good.ly']);
  expect([...leftOut]).toEqual([
    ['no composer', 1],
    ['a license other than public domain or CC BY', 1],
    ['no style, or none of those that are used', 2],
    ['no sound asked for (\\midi)', 1],
  ]);
  const folder = folderOf(bad);
  expect(() => readScores(folder)).toThrow(
    `scores must hold scores (.ly) with style, composer and a license of public domain or CC BY in their headers, ${folder} has none; give a folder of the MutopiaProject`,
  );
});

test('readScores reads headers from included files, which are no scores, and takes the whole of a piece, not its parts', () => {
  const { scores, leftOut } = readScores(
    folderOf({
      'piece/head.ily': header(usual),
      'piece/notes.ly': "melody = { c'1 }\n",
      'piece/score.ly': '\\include "head.ily"\n\\include "notes.ly"\n\\score { \\melody \\midi { } }\n',
      'piece/violin.ly': '\\include "head.ily"\n\\score { {} \\midi { } }\n',
      'other/violin.ly': scoreText(),
    }),
  );
  expect(scores.map(({ file }) => file)).toEqual(['other/violin.ly', 'piece/score.ly']);
  expect([...leftOut]).toEqual([['a part of a piece that is there as a whole', 1]]);
});
