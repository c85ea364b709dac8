import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { csvRecords, parseCsvTable, readCsvTable, streamCsv } from '../../src/base/readCsv.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const plain = 'sound,target,note\nBüro 1,no,"a, b"\nyes-1,yes,\n';
const columns = ['sound', 'target', 'note'];
const rows = [
  ['Büro 1', 'no', 'a, b'],
  ['yes-1', 'yes', ''],
];
const utf16 = (text: string, isBigEndian: boolean) => {
  const bytes = Buffer.from(text, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
};

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
const fileOf = (content: string | Uint8Array) => {
  const path = join(folder, 't.csv');
  writeFileSync(path, content);
  return path;
};

/** The same file read whole and as a stream, which must agree. */
async function readBoth(content: string | Uint8Array) {
  const path = fileOf(content);
  const streamed: { cells: string[]; line: number }[] = [];
  const outcome = await streamCsv(path, () => (row) => streamed.push(row)).then(
    () => 'read',
    (error: Error) => `${error.name}: ${error.message}`,
  );
  let table: ReturnType<typeof readCsvTable> | undefined;
  let message = 'read';
  try {
    table = readCsvTable(path);
  } catch (error) {
    message = `${(error as Error).name}: ${(error as Error).message}`;
  }
  expect(outcome).toBe(message);
  if (table) {
    expect(streamed.map(({ cells }) => cells)).toEqual(table.rows);
    expect(streamed.map(({ line }) => line)).toEqual(table.lines);
  }
  return table ?? message.replace(folder, '').replace('/t.csv', 't.csv');
}

describe('a table reads the same', () => {
  it.each<[string, string | Uint8Array]>([
    ['with commas', plain],
    ['with semicolons', 'sound;target;note\nBüro 1;no;a, b\nyes-1;yes;\n'],
    ['with tabs', 'sound\ttarget\tnote\nBüro 1\tno\ta, b\nyes-1\tyes\t\n'],
    ['with a byte-order mark', `\ufeff${plain}`],
    ['with a mark and quotes around the header', `\ufeff${plain.replace('sound', '"sound"')}`],
    ['with lines that end in carriage return and newline', plain.replaceAll('\n', '\r\n')],
    ['without a last newline', plain.slice(0, -1)],
    ['in UTF-16 with its mark, little-endian', utf16(`\ufeff${plain}`, false)],
    ['in UTF-16 with its mark, big-endian', utf16(`\ufeff${plain}`, true)],
    ['in UTF-16 without a mark, little-endian', utf16(plain, false)],
    ['in UTF-16 without a mark, big-endian', utf16(plain, true)],
    ['with blanks around the cells', plain.replaceAll(',no,', ' , no ,').replace('target', ' target ')],
    ['with empty lines and lines of separators alone', `${plain.replace('\nyes', '\n\n,,\nyes')},,\n \n`],
    ['with nameless empty columns at the end', 'sound,target,note,,\nBüro 1,no,"a, b",,\nyes-1,yes,,,\n'],
    ['with a quoted header that holds another separator', plain],
    ['packed by gzip', gzipSync(plain)],
    ['packed in UTF-16', gzipSync(utf16(`\ufeff${plain}`, false))],
    ['packed in two parts', Buffer.concat([gzipSync(plain.slice(0, 25)), gzipSync(plain.slice(25))])],
  ])('%s', async (_, content) => {
    expect(await readBoth(content)).toMatchObject({ columns, rows });
  });
});

test('readCsvTable numbers rows by their lines in the file', () => {
  expect(parseCsvTable('a,b\n1,2\n\n,\n3,"4\n5"\n6,7\n', 't.csv').lines).toEqual([2, 6, 7]);
});

test('readCsvTable keeps the nameless first column of row names that R writes', () => {
  const { columns: names, rows: cells } = parseCsvTable('"","x"\n"1",5\n', 't.csv');
  expect([names, cells]).toEqual([['', 'x'], [['1', '5']]]);
});

test.each([
  ['a;b,c\n1;2\n', ','],
  ['a;b;c,d\n1;2;3\n', ';'],
  ['"a,b,c";d;e\n1;2;3\n', ';'],
  ['a\tb;c\td\n1\t2\t3\n', '\t'],
  ['a\n1\n', ','],
])('the separator of %j is %j', (text, separator) => {
  expect(separatorFound(text)).toBe(separator);
});

/** The separator by the header alone; rows that do not fit it are left away. */
const separatorFound = (text: string) =>
  parseCsvTable(`${text.split('\n')[0]}\n${text.split('\n')[0]}`, 't.csv').separator;

describe('refused with one sentence', () => {
  const rule = 'mend the separators, with quotes around a cell that holds one';
  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 't.csv is empty; it must have a header line and at least one row'],
    ['a header alone', 'a,b\n,\n', 't.csv has a header but no rows; add the measurements'],
    [
      'a column named twice',
      'a,b,a\n1,2,3\n',
      "t.csv line 1: column names must differ, 'a' stands twice; rename one of them",
    ],
    [
      'a stray separator',
      'sound,target\na,b,c\n',
      `t.csv line 2: a row must have the header's 2 cells, 'c' stands in column 3, which has no name; ${rule}`,
    ],
    [
      'a cell below a nameless column',
      'a,b,\n1,2,\n3,4,5\n',
      `t.csv line 3: a row must have the header's 3 cells, '5' stands in column 3, which has no name; ${rule}`,
    ],
    ['a short row', 'a,b\n1,2\n3\n', `t.csv line 3: a row must have the header's 2 cells, it has 1; ${rule}`],
    [
      'a row with an empty cell too many',
      'a,b\n1,2,\n',
      `t.csv line 2: a row must have the header's 2 cells, it has 3; ${rule}`,
    ],
    [
      'Latin-1',
      Buffer.from('sound,target\nyes,yes\nBüro,no\n', 'latin1'),
      't.csv line 3: the text must be UTF-8, it holds bytes that are not (another encoding, such as Latin-1, or damage); save the file as UTF-8',
    ],
    [
      'UTF-16 that was cut off',
      utf16(`\ufeff${plain}`, false).subarray(0, 41),
      't.csv line 2: the text must be UTF-16LE, it holds bytes that are not (another encoding, such as Latin-1, or damage); save the file as UTF-8',
    ],
    ['nothing, packed', gzipSync(''), 't.csv is empty; it must have a header line and at least one row'],
    [
      'Latin-1, packed',
      gzipSync(Buffer.from('sound,target\nyes,yes\nBüro,no\n', 'latin1')),
      't.csv line 3: the text must be UTF-8, it holds bytes that are not (another encoding, such as Latin-1, or damage); save the file as UTF-8',
    ],
    [
      'gzip that was cut off',
      gzipSync(plain).subarray(0, 40),
      't.csv: its gzip data must be whole, it is damaged or cut short (Z_BUF_ERROR); pack it again, or give the table unpacked',
    ],
    [
      'gzip with a wrong checksum',
      gzipSync(plain).map((byte, i, { length }) => (i === length - 6 ? byte ^ 1 : byte)),
      't.csv: its gzip data must be whole, it is damaged or cut short (Z_DATA_ERROR); pack it again, or give the table unpacked',
    ],
  ])('%s', async (_, content, message) => {
    expect(await readBoth(content)).toBe(`InputError: ${message}`);
  });

  it('quotes that do not close', async () => {
    expect(await readBoth('a,b\n1,"2\n')).toMatch(
      /^InputError: t\.csv line \d: not well-formed CSV .*close its quotes$/,
    );
  });

  it('a missing file', () => {
    expect(() => readCsvTable(join(folder, 'nowhere.csv'))).toThrow(
      /nowhere\.csv does not exist; check the path$/,
    );
  });
});

test('streamCsv names the line of a byte that is not UTF-8 behind the first piece of a long file', async () => {
  const head = `a,b\n${'ä,ö\n'.repeat(30_000)}`;
  const path = fileOf(Buffer.concat([Buffer.from(head), Buffer.from('\xfc,2\n', 'latin1')]));
  await expect(streamCsv(path, () => () => {})).rejects.toThrow(/t\.csv line 30002: the text must be UTF-8/);
});

test('streamCsv lets a mistake in the code that takes the rows through as it is', async () => {
  const wrong = new Error('a mistake');
  const taker = () => () => {
    throw wrong;
  };
  await expect(streamCsv({ path: 't.csv', text: 'a\n1\n' }, taker)).rejects.toBe(wrong);
});

test('csvRecords names the cells', () => {
  expect(csvRecords(parseCsvTable('a,b\n1,2\n', 't.csv'))).toEqual([{ a: '1', b: '2' }]);
});
