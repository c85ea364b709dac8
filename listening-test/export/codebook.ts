import { jsonText } from '../../src/base/files.ts';
import type { Study } from '../study/studySchema.ts';
import type { ColumnType, Table } from './table.ts';

const typeNames: Record<ColumnType, string> = {
  text: 'text',
  number: 'number',
  boolean: 'true or false',
  time: 'time, ISO 8601, UTC',
  ids: 'ids, joined by semicolons',
  json: 'JSON',
};

/**
 * What every column of every table means, for programs and for people; made of the tables' own columns.
 *
 * @returns `codebook.json` and `codebook.md`.
 */
export function codebookFiles(
  study: Pick<Study, 'id' | 'title'>,
  tables: readonly Table[],
): Map<string, string> {
  const described = tables.map(({ name, meaning, columns, rows }) => ({
    table: name,
    file: `${name}.csv`,
    meaning,
    rows: rows.length,
    columns,
  }));
  const json = { format: 1, study: study.id, title: study.title, tables: described };
  return new Map([
    ['codebook.json', jsonText(json)],
    ['codebook.md', markdown(study, tables)],
  ]);
}

function markdown(study: Pick<Study, 'id' | 'title'>, tables: readonly Table[]): string {
  const sections = tables.map(({ name, meaning, columns }) => {
    const rows = columns.map(
      (column) =>
        `| \`${column.name}\` | ${escaped(column.meaning)} | ${typeNames[column.type]}${column.unit ? `, ${column.unit}` : ''} |`,
    );
    return `## ${name}.csv\n\n${meaning}.\n\n| column | meaning | values |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const intro =
    'Empty cells are missing values. Texts that a spreadsheet would run as a formula begin with an apostrophe.';
  return `# Codebook of ${study.title} (${study.id})\n\n${intro}\n\n${sections.join('\n')}`;
}

const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
