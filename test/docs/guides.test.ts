import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { declaredFields } from '../../docs/build/sourceComments.ts';
import type { StudyAnswers } from '../../listening-test/study/studySchema.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { trialFieldList } from '../../src/records/trialRecord.ts';
import { joinStudy, runTo } from '../listening-test/client.ts';
import { packedProject } from '../packedProject.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { codeBlocks, fateOf, linesMissing } from './codeBlocks.ts';
import { type GuideReader, runGuide } from './runGuide.ts';

/** How many blocks of each guide are run, and what becomes of the others. The README's programs have a test of their own. */
const guides: Record<string, Record<string, number>> = {
  README: { install: 2, run: 4, serve: 1, shown: 3 },
  researcher: { install: 2, run: 6, printed: 6, long: 1 },
  'study-runner': { install: 2, run: 5, saved: 2, printed: 5, serve: 1, shown: 1, elsewhere: 1 },
  analyst: { install: 2, run: 7, saved: 4, printed: 6, elsewhere: 1 },
  library: { install: 2, run: 4, saved: 4, printed: 4 },
};

const blocksOf = (guide: string) =>
  codeBlocks(readFileSync(packagePath(guide === 'README' ? 'README.md' : `docs/guides/${guide}.md`), 'utf8'));

test.each(Object.entries(guides))('%s: no block is left out unseen', (guide, counts) => {
  const fates = blocksOf(guide).map(fateOf);
  const found = Object.fromEntries(
    [...new Set(fates)].map((fate) => [fate, fates.filter((other) => other === fate).length]),
  );
  expect(found).toEqual(counts);
});

const analystGuide = readFileSync(packagePath('docs/guides/analyst.md'), 'utf8');

test('the guide for analysts has each column that a table of trials needs, in their order', () => {
  const needed = trialFieldList.filter(([, { isOptional }]) => !isOptional).map(([, { column }]) => column);
  const told = analystGuide.split('\n').flatMap((line) => /^\| (`.+?`) \|/.exec(line)?.[1] ?? []);
  expect(told.flatMap((cell) => cell.split(', ').map((name) => name.replaceAll('`', '')))).toEqual(needed);
});

test('the guide for analysts names each field of an analysis configuration', () => {
  const outer = declaredFields('src/analysis/config.ts', 'analysisConfig')
    .map(({ path }) => path)
    .filter((path) => /^(\w+|exclusions\.\w+)$/.test(path));
  expect(outer).toContain('exclusions.recorded');
  const [, section] = /^## 4\. Exclusions$(.*?)^## /ms.exec(analystGuide)!;
  expect(outer.filter((path) => !new RegExp(`[\`"]${path.split('.').at(-1)}[\`"]`).test(section!))).toEqual(
    [],
  );
});

describe('a guide takes its reader from an empty folder to what it promises', () => {
  let packed: string;
  beforeAll(() => {
    packed = packedProject();
  });

  const withPeople = (folder: string) => ({
    onServe: (address: string) => takePart(address, join(folder, 'study', 'answers.json')),
  });
  const readers: Record<string, (folder: string) => Omit<GuideReader, 'folder'>> = {
    README: withPeople,
    'study-runner': withPeople,
  };

  test.each(Object.keys(guides))('%s', async (guide) => {
    const folder = temporaryFolder();
    symlinkSync(join(packed, 'node_modules'), join(folder, 'node_modules'));
    // The guides for analysts and programmers have it copied from the package.
    copyFileSync(
      join(packed, 'node_modules/auditory-metamer/docs/guides/media/trials.csv'),
      join(folder, 'trials.csv'),
    );
    await runGuide(blocksOf(guide), { folder, ...readers[guide]?.(folder) });
  });
});

/** Two people go through the study and know each word. */
async function takePart(address: string, answers: string): Promise<void> {
  const { stimuli } = JSON.parse(readFileSync(answers, 'utf8')) as StudyAnswers;
  const targets = new Map(stimuli.map(({ sha256, target }) => [sha256, target]));
  await Promise.all(
    [1, 2].map(async () => {
      const person = await joinStudy(address);
      await runTo(address, person, null, ({ clip }) => [targets.get(clip.sha256)!]);
      expect(person.state.state).toBe('complete');
    }),
  );
}

test.each([
  ['passed  no → no  0.981', 'run\n  passed no → no 0.97\n', []],
  ['passed  no → no  0.981', 'passed  no → no  1\n', ['passed  no → no  0.981']],
  ['12 units; level (a.b)', '7 units; level (a.b)\n', []],
  ['level (a.b)', 'level (axb)\n', ['level (a.b)']],
  ['trials.csv', 'no trials.csv here\n', ['trials.csv']],
  ['passed  no', 'never passed  no\n', ['passed  no']],
  ['p = 1.1e-14', 'p = 2.0e-9\n', []],
  ['conv3 …', 'conv3 0.5 passed\n', []],
  ['211 × 390', '211 × 39.5\n', ['211 × 390']],
  ['norm1  x', 'norm2  x\n', ['norm1  x']],
])('linesMissing(%j, %j) is %j', (claimed, printed, missing) => {
  expect(linesMissing(claimed, printed)).toEqual(missing);
});
