import type { Tally } from './tally.ts';

/** What was counted, as a Markdown table: a line a measure, a column a design. */
export function calibrationTable(results: Record<string, { studies: number; tally: Tally }>): string {
  const designs = Object.entries(results);
  const lines = [...new Set(designs.flatMap(([, { tally }]) => Object.keys(tally)))];
  const share = (tally: Tally, line: string) => {
    const own = tally[line];
    return own ? `${((100 * own.hits) / own.tries).toFixed(1)} %` : '';
  };
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(['', ...designs.map(([name, { studies }]) => `${name}, ${studies} studies`)]),
    row(['---', ...designs.map(() => '---')]),
    ...lines.map((line) => row([line, ...designs.map(([, { tally }]) => share(tally, line))])),
    '',
  ].join('\n');
}
