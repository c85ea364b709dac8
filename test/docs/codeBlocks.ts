/** A fenced block of a Markdown page. */
export interface CodeBlock {
  language: string;
  /** What stands after the language: why the block is not run as it is, or the file that it is. */
  word: string;
  code: string;
  /** Line of the page that the fence stands on, from 1. */
  line: number;
}

/**
 * The fenced blocks of a page, in order.
 *
 * @param markdown - Text of the page.
 */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*) ?([^\n]*)\n(.*?)^```$/gms)].map((found) => ({
    language: found[1]!,
    word: found[2]!,
    code: found[3]!,
    line: markdown.slice(0, found.index).split('\n').length,
  }));
}

/**
 * What becomes of a block when its page is run. `sh` without a word is run; `serve` goes on until the page is over; `long`,
 * `install` and `elsewhere` need time, the network or other people. A block with the name of a file is saved as it. `text` is
 * what the block before it prints.
 */
export function fateOf({ language, word }: CodeBlock): string {
  if (language === 'sh') return word === '' ? 'run' : word;
  if (language === 'text') return 'printed';
  return /\.\w+$/.test(word) ? 'saved' : 'shown';
}

/**
 * The lines of a block of printed text that did not occur in what was printed. `…` stands for anything, a number for any
 * number of its kind, and any space for any other: numbers differ from machine to machine, and columns with them.
 *
 * @param claimed - The block's text.
 * @param printed - What was printed.
 */
export function linesMissing(claimed: string, printed: string): string[] {
  const lines = printed.split('\n').map((line) => line.trim());
  return claimed.split('\n').filter((line) => {
    const pattern = patternOf(line.trim());
    return line.trim() !== '' && !lines.some((said) => pattern.test(said));
  });
}

function patternOf(line: string): RegExp {
  const parts = line
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
    .replaceAll(/(?<![\w.])-?\d+(\\\.\d+(e[-+]?\d+)?)?(?![\w])/g, (number) =>
      number.includes('\\.') ? '-?\\d+\\.\\d+(e[-+]?\\d+)?' : '-?\\d+',
    );
  return new RegExp(`^${parts.replaceAll('…', '.*')}$`);
}
