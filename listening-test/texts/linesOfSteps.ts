/**
 * A text without the lines of steps that a study does not have: a line such as `{antiphase,huggins} We check your
 * headphones.` is shown where the study has one of the steps in its braces.
 *
 * @param markdown - The text.
 * @param steps - Steps of the study.
 */
export function linesOfSteps(markdown: string, steps: readonly string[]): string {
  const lines = markdown.split('\n').flatMap((line) => {
    const [, names, text] = /^\{([a-z,-]+)\} (.*)$/.exec(line) ?? [];
    if (names === undefined) return [line];
    return names.split(',').some((name) => steps.includes(name)) ? [text] : [];
  });
  return lines.join('\n');
}
