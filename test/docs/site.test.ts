import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { formatPages } from '../../docs/build/formatPages.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { commands } from '../../src/cli/commands.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const site = temporaryFolder();

beforeAll(() => {
  const built = spawnSync(process.execPath, ['--import', 'tsx', 'docs/build/makeSite.ts', site], {
    ...{ cwd: packagePath('.'), encoding: 'utf8' },
  });
  // A dead link, or a name in a comment that leads nowhere, ends it with 1.
  expect(built.status, built.stdout + built.stderr).toBe(0);
});

const pagesIn = (folder: string) => readdirSync(join(site, folder));

test('every export of the library has its page', () => {
  const exported = exportsOf('src/index.ts');
  expect(exported.length).toBeGreaterThan(90);
  const kinds = ['functions', 'classes', 'interfaces', 'types', 'variables'];
  const paged = new Set(kinds.flatMap(pagesIn));
  // TensorFlow.js has a reference of its own, to which the guide leads.
  expect(exported.filter((name) => !paged.has(`API.${name}.html`))).toEqual(['tf']);
});

test('every command, format, guide and experiment has its page', () => {
  const pages = pagesIn('documents');
  const written = ['guides', 'experiments', 'science'].flatMap((folder) =>
    readdirSync(packagePath(`docs/${folder}`))
      .filter((name) => name.endsWith('.md'))
      .map((name) => titleOf(`docs/${folder}/${name}`)),
  );
  const titles = [
    ...commands.map(({ name }) => `metamer ${name}`),
    ...formatPages().map(({ title }) => title),
    ...written,
  ];
  const isPaged = (title: string) =>
    pages.some(
      (page) =>
        page.replace(/^[A-Z][a-z]+\.(?=.+\.html)/, '') === `${title.replaceAll(/[^\w.-]/g, '_')}.html`,
    );
  expect(titles.filter((title) => !isPaged(title))).toEqual([]);
});

test('the home page leads to everything that is made', () => {
  const home = readFileSync(join(site, 'index.html'), 'utf8');
  for (const page of ['documents/Guides', 'documents/Commands', 'documents/Formats', 'modules/API'])
    expect(home).toContain(`<a href="${page}.html">`);
});

test('the site needs nothing from elsewhere: it opens from disk', () => {
  const asked = pagesIn('documents').flatMap((page) =>
    [
      ...readFileSync(join(site, 'documents', page), 'utf8').matchAll(
        /<(?:script|link|img)[^>]*?(?:src|href)="([^"]+)"/g,
      ),
    ]
      .map(([, address]) => address!)
      .filter((address) => /^(https?:)?\/\//.test(address)),
  );
  expect(asked).toEqual([]);
  expect(existsSync(join(site, 'assets/search.js'))).toBe(true);
});

/** Names that a table of contents exports, those of other tables among them. */
function exportsOf(path: string): string[] {
  const text = readFileSync(packagePath(path), 'utf8');
  const others = [...text.matchAll(/^export \* from '(.+)';$/gm)].map(([, other]) => other!);
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].map(([, list]) => list!);
  const names = lists.flatMap((list) =>
    list.split(',').map((name) => name.trim().replace(/^type |^\w+ as /, '')),
  );
  return [...names.filter(Boolean), ...others.flatMap((other) => exportsOf(join(dirname(path), other)))];
}

const titleOf = (path: string) => /^title: (.*)$/m.exec(readFileSync(packagePath(path), 'utf8'))![1]!;
