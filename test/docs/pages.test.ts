import { expect, test } from 'vitest';
import { commandPages } from '../../docs/build/commandPages.ts';
import { formatPages } from '../../docs/build/formatPages.ts';
import { declaredFields } from '../../docs/build/sourceComments.ts';
import { commands } from '../../src/cli/commands.ts';

test('commandPages() has a page of every command, with each of its options and examples', async () => {
  const pages = await commandPages();
  for (const [at, { name, load }] of commands.entries()) {
    const { flags, examples } = await load();
    const { file, body } = pages[at]!;
    expect(file).toBe(`commands/${name}.md`);
    for (const { flag } of flags) expect(body).toContain(`| \`${flag.replaceAll('|', '\\|')}\` |`);
    for (const example of examples) expect(body).toContain(example);
  }
});

test.each(formatPages().map(({ title, body }) => [title, body]))(
  'every row of %s is filled in',
  (title, body) => {
    const rows = body.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) {
      const cells = row.split(/(?<!\\)\|/).map((text) => text.replaceAll('`', '').trim());
      expect(cells, row).toHaveLength(title === 'trials.csv' ? 5 : 6);
      // What a field holds; of a column, what it means.
      expect(cells[title === 'trials.csv' ? 3 : 2], row).not.toBe('');
    }
  },
);

test('declaredFields(schema) tells kinds, ranges, defaults and comments of a schema', () => {
  const fields = declaredFields('src/training/trainingConfig.ts', 'trainingConfigSchema');
  const field = (path: string) => fields.find((each) => each.path === path);
  expect(field('branchPoint')).toMatchObject({
    type: 'whole number, ≥ 0, ≤ 12',
    fallback: '7',
    isOptional: true,
  });
  expect(field('corpus')).toMatchObject({ type: 'text', fallback: '', isOptional: false });
  expect(field('corpus')!.meaning).toBe('Folder of the corpus.');
  expect(field('draw.shares.word')).toMatchObject({ type: 'number, ≥ 0, ≤ 1' });
  expect(field('optimizer')).toMatchObject({ type: '`adamw`, `sgd`', fallback: 'adamw' });
});

test('declaredFields(interface) has what is inherited, and fields of fields', () => {
  const fields = declaredFields('src/records/runRecord.ts', 'RunRecord');
  const paths = fields.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['sound', 'loss', 'criteria.snrDb', 'criteria.predictedClass.reference']),
  );
  expect(fields.find(({ path }) => path === 'ear')!.isOptional).toBe(true);
  expect(() => declaredFields('src/records/runRecord.ts', 'NoSuchThing')).toThrow('declares no NoSuchThing');
});
