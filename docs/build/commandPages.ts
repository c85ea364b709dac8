import { parserOf } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import type { Page } from './page.ts';

/**
 * A page of every command, from the table that makes its parser and its `--help`.
 *
 * @returns The pages in the order of the work.
 */
export async function commandPages(): Promise<Page[]> {
  return Promise.all(
    commands.map(async ({ load, ...named }) => {
      const { name, summary } = named;
      const command = await load();
      const options = parserOf(named, command, () => {}).options.map(
        ({ flags, description, mandatory, argChoices, defaultValue }) =>
          `| \`${flags.replaceAll('|', '\\|')}\` | ${mandatory ? 'required' : defaultOf(defaultValue)} | ${cell(description)}${argChoices ? `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}` : ''} |`,
      );
      return {
        file: `commands/${name}.md`,
        title: `metamer ${name}`,
        body: [
          `# metamer ${name}`,
          `${capital(summary)}.`,
          `\`\`\`\nmetamer ${name}${command.arguments ? ` ${command.arguments}` : ''} [options]\n\`\`\``,
          ...(command.details === undefined ? [] : [command.details]),
          `## Examples\n\n\`\`\`sh\n${command.examples.join('\n')}\n\`\`\``,
          `## Options\n\n| option | default | meaning |\n|---|---|---|\n${options.join('\n')}`,
          'Exit codes: 0 done; 1 it ran and the answer is no; 2 bad input or usage, told in one sentence; 70 a mistake of ours, with its stack.',
        ].join('\n\n'),
      };
    }),
  );
}

const defaultOf = (value: unknown) =>
  value === undefined || value === false || value === true ? '' : `\`${String(value)}\``;

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);

/** Text that neither ends a cell of a table nor is taken for a tag. */
export const cell = (text: string) =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ').trim();
