/**
 * Lays rows out in columns.
 *
 * @param header - Names of the columns.
 * @param rows - Texts.
 * @param rightAligned - Columns of numbers, by index.
 * @returns Lines, each ended.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) => {
      const cells = row.map((cell, column) =>
        rightAligned.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      );
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}
