import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { katex } from '@mdit/plugin-katex';
import type { MarkdownIt } from 'markdown-it';
import { Application, Converter, ReflectionKind, type TranslatedString, type TypeDocOptions } from 'typedoc';
import { commandPages } from './commandPages.ts';
import { formatPages } from './formatPages.ts';
import { deadLinks, filesBelow } from './links.ts';
import type { Page } from './page.ts';
import { players } from './players.ts';

const made = 'docs/made';
/** Where the site goes; tests give another folder. */
const site = process.argv[2] ?? 'docs/site';

const options: Partial<TypeDocOptions> = {
  name: 'auditory-metamer',
  entryPoints: ['src/index.ts'],
  tsconfig: 'tsconfig.json',
  plugin: ['typedoc-plugin-missing-exports'],
  readme: `${made}/index.md`,
  projectDocuments: [
    'docs/guides/README.md',
    'docs/experiments/README.md',
    'docs/science/README.md',
    `${made}/commands.md`,
    `${made}/formats.md`,
  ],
  out: site,
  customCss: 'docs/build/site.css',
  searchInDocuments: true,
  searchInComments: true,
  // What was written to be read comes before what it is made of.
  searchGroupBoosts: { Documents: 4 },
  includeVersion: true,
  // Its page lacks some of the types that others point to.
  includeHierarchySummary: false,
  excludeExternals: true,
  // Types are checked by TypeScript 7, `npm run check`.
  skipErrorChecking: true,
  highlightLanguages: ['sh', 'js', 'ts', 'json', 'jsonl', 'csv', 'python', 'yaml'],
  // Constants that comments speak of and that callers have no need of: named, not linked.
  externalSymbolLinkMappings: {
    'auditory-metamer': Object.fromEntries(
      ['defaultCochleagramParameters', 'passMark', 'nullLabel', 'leastModels'].map((name) => [name, '#']),
    ),
  },
  markdownItLoader: (markdown: MarkdownIt) => {
    markdown.use(katex, { output: 'mathml' });
    markdown.use(players);
  },
};

/** A page that lists the pages of a kind, and these pages. */
function write(title: string, lead: string, pages: readonly Page[]): void {
  const folder = title.toLowerCase();
  const list = pages.map((page) => `- [${page.title}](${page.file})`).join('\n');
  const children = pages.map(({ file }) => `  - ${file}`).join('\n');
  save(
    `${folder}.md`,
    `---\ntitle: ${title}\nchildren:\n${children}\n---\n\n# ${title}\n\n${lead}\n\n${list}\n`,
  );
  for (const { file, title: name, body } of pages)
    save(file, `---\ntitle: ${JSON.stringify(name)}\n---\n\n${body}\n`);
}

/** The home page as it is written, with the lists that are made. */
function home(): string {
  return readFileSync('docs/index.md', 'utf8')
    .replaceAll('](', '](../')
    .replaceAll(
      /\*\*(Commands|Formats)\*\*/g,
      (_, title: string) => `**[${title}](${title.toLowerCase()}.md)**`,
    );
}

function save(file: string, text: string): void {
  const path = join(made, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

rmSync(made, { recursive: true, force: true });
write(
  'Commands',
  'Every command of `metamer`; made of the table that its parser and `--help` are made of.',
  await commandPages(),
);
write(
  'Formats',
  'Every file that the toolkit reads or writes; made of the schemas and types that read and write them.',
  formatPages(),
);
save('index.md', home());
const application = await Application.bootstrapWithPlugins(options);
application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) module.name = 'API';
});
const project = await application.convert();
if (!project) throw new Error('TypeDoc could not read the sources');
application.validate(project);
await application.generateOutputs(project);
for (const dead of deadLinks(filesBelow(site, '.html'))) application.logger.error(dead as TranslatedString);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1;
else process.stdout.write(`Open ${join(site, 'index.html')} in a browser.\n`);
