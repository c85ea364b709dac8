import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { deadLinks, filesBelow, htmlLinks, markdownLinks } from '../../docs/build/links.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('no link of the documents leads nowhere', () => {
  const built = /^(dist|docs[/\\](site|made))[/\\]/;
  const pages = filesBelow(packagePath('.'), '.md').filter(
    (path) => !built.test(relative(packagePath('.'), path)),
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(deadLinks(pages)).toEqual([]);
});

test('every file of a checkout that the documents name is there', () => {
  const pages = [
    ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].map(packagePath),
    ...filesBelow(packagePath('docs/guides'), '.md'),
    ...filesBelow(packagePath('docs/science'), '.md'),
    ...filesBelow(packagePath('docs/experiments'), '.md'),
  ];
  const named = /`((?:src|test|stimuli|cochlea|listening-test|deploy)\/[\w./-]+\.[a-z]+)`/g;
  const files = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(named)].map(([, file]) => file!),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(packagePath(file)))).toEqual([]);
});

/** A folder with files of the given texts; its dead links, each without its page. */
function deadIn(files: Readonly<Record<string, string>>): string[] {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const pages = [...filesBelow(folder, '.md'), ...filesBelow(folder, '.html')];
  return deadLinks(pages).map((dead) => dead.split(' → ')[1]!);
}

test.each([
  ['[a](other.md)', []],
  ['[a](gone.md)', ['gone.md']],
  ['[a](below/there.txt)', []],
  ['[a](below/)', []],
  ['![a](gone.png)', ['gone.png']],
  ['<img src="gone.png">', ['gone.png']],
  ['`[a](gone.md)`', []],
  ['[a](#here-it-is)\n\n## Here: it `is`', []],
  ['[a](#here)\n\n## Here: it is', ['#here']],
  ['[a](other.md#one)', []],
  ['[a](other.md#one-1)', []],
  ['[a](other.md#two)', ['other.md#two']],
  ['[a](page.html#there)', []],
  ['[a](page.html#gone)', ['page.html#gone']],
  ['[a](page.html?query=1)', []],
  ['[a](https://example.org/x)', []],
  ['[a](https://example)', ['https://example']],
  ['[a](htps://example.org)', ['htps://example.org']],
  ['[a](mailto:lab@example.org)', []],
  ['[a](mailto:lab)', ['mailto:lab']],
])('deadLinks() of %j are %j', (text, dead) => {
  const files = { 'other.md': '# One\n\n# One', 'below/there.txt': '', 'page.html': '<p id="there">' };
  expect(deadIn({ ...files, 'page.md': text })).toEqual(dead);
});

test('filesBelow() passes packages and hidden folders by', () => {
  const folder = temporaryFolder();
  for (const name of ['a', 'node_modules', '.git']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'x.md'), '');
  }
  expect(filesBelow(folder, '.md')).toEqual([join(folder, 'a', 'x.md')]);
});

test('htmlLinks() and markdownLinks() find what can be pointed to', () => {
  expect(htmlLinks('<a name="a" href="#b"></a><h2 id="c">x</h2><script src="d.js"></script>')).toEqual({
    links: ['#b', 'd.js'],
    anchors: ['c', 'a'],
  });
  expect(markdownLinks('## A [b](c.md), d_e?').anchors).toEqual(['a-b-d_e']);
});
