/**
 * Breaks a text between words.
 *
 * @param letters - Most letters of a line; a longer word has a line of its own.
 * @param mostLines - The last line takes what is left; default as many as it needs.
 */
export function wrapText(text: string, letters: number, mostLines = Number.POSITIVE_INFINITY): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > letters && lines.at(-1) !== '' && lines.length < mostLines) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
