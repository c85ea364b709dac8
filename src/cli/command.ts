import { Option, Command as Program } from 'commander';
import { InputError, type OptionSpelling } from '../base/inputError.ts';

/** One flag of a command; this table makes both the parser and `--help`. */
export interface Flag {
  /** Long kebab-case name with the value's placeholder, e.g. `--steps <n>`; a switch has no placeholder. */
  flag: string;
  /** What it does, one line, units included. */
  help: string;
  /** Value when the flag is absent. */
  default?: string | number | boolean;
  /** The allowed values, when they are a closed set. */
  choices?: readonly string[];
  /** Turns the text into the value; throws `InputError` with rule and remedy. */
  parse?: (text: string) => unknown;
  required?: boolean;
}

/** Values of the flags, camelCase, as commander gives them. */
export type Flags = Record<string, unknown>;

/** What a command hands back: the process's exit code (0 done, 1 ran and the answer is no). */
export type ExitCode = 0 | 1;

/** What a command is called, and what it does in one line. */
export interface CommandName {
  name: string;
  summary: string;
}

/** One command of the tool. */
export interface Command {
  /** Sentences that its help has besides the summary. */
  details?: string;
  /** Positional arguments in commander's notation: `<sound>`, `[out]`, `<sounds...>`. */
  arguments?: string;
  flags: readonly Flag[];
  /** Whole command lines, at least one. */
  examples: readonly string[];
  run: (positionals: string[], flags: Flags) => Promise<ExitCode>;
}

/**
 * Builds commander's parser for one command.
 *
 * @param command - The command's table.
 * @param onExit - Receives the exit code of a finished run.
 * @returns The parser, ready for `parseAsync(argv, { from: 'user' })`.
 */
export function parserOf(
  { name, summary }: CommandName,
  command: Command,
  onExit: (code: ExitCode) => void,
): Program {
  const program = new Program(`metamer ${name}`)
    .description(command.details === undefined ? summary : `${summary}\n\n${command.details}`)
    .allowExcessArguments(false);
  for (const argument of command.arguments?.split(' ').filter(Boolean) ?? []) program.argument(argument);
  for (const flag of command.flags) program.addOption(optionOf(flag));
  program.addHelpText(
    'after',
    `\nExamples:\n${command.examples.map((example) => `  $ ${example}`).join('\n')}`,
  );
  program.action(async (...received: unknown[]) => {
    const flags = received.at(-2) as Flags;
    const positionals = received
      .slice(0, -2)
      .flat()
      .filter((value): value is string => value !== undefined);
    onExit(await inFlags(() => command.run(positionals, flags)));
  });
  return program;
}

/**
 * Runs what may fail by an option: what the library says of it is told of the flag that stands for it.
 *
 * @throws InputError in the command line's words; other errors as they are.
 */
export async function inFlags<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.told(flagSpelling), { cause: error });
  }
}

/** How the command line spells options of the library. */
export const flagSpelling: OptionSpelling = {
  name: flagOf,
  setting: (option, value) =>
    value === true ? `add ${flagOf(option)}` : `use ${flagOf(option)} ${String(value)}`,
};

/** `sampleRateHz` is `--sample-rate-hz`. */
function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Name of a flag without its placeholder.
 *
 * @returns E.g. `--sample-rate-hz`.
 */
export function longNameOf({ flag }: Pick<Flag, 'flag'>): string {
  return flag.split(' ')[0]!;
}

/**
 * Where {@link Flags} have the value of a flag.
 *
 * @param longName - E.g. `--sample-rate-hz`, which is under `sampleRateHz`.
 */
export function keyOf(longName: string): string {
  return longName.replace(/^--/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function optionOf(flag: Flag): Option {
  const option = new Option(flag.flag, flag.help);
  if (flag.default !== undefined) option.default(flag.default);
  if (flag.choices) option.choices(flag.choices);
  if (flag.parse) option.argParser(flag.parse);
  if (flag.required) option.makeOptionMandatory();
  return option;
}

/** Range of a count for {@link numberFlag}: a whole number, at least one. */
export const counting = { min: 1, integer: true } as const;

/**
 * Parser of a numeric flag.
 *
 * @param name - The flag as the user types it, for the message.
 * @param range - Smallest and largest allowed value, and whether only whole numbers are.
 * @returns A function for {@link Flag.parse}; it throws `InputError` for anything else.
 */
export function numberFlag(name: string, range: { min?: number; max?: number; integer?: boolean } = {}) {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer = false } = range;
  const rule = `${integer ? 'a whole number' : 'a number'}${Number.isFinite(min) ? ` ≥ ${min}` : ''}${Number.isFinite(max) ? ` ≤ ${max}` : ''}`;
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || value < min || value > max || (integer && !Number.isInteger(value)))
      throw new InputError(`${name} must be ${rule}, got '${text}'; give such a number`);
    return value;
  };
}
