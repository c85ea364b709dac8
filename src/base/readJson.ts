import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { InputError } from './inputError.ts';
import { type ValidationOptions, validated } from './validate.ts';

/** How a JSON file is spoken of when it is wrong. */
export interface ReadJsonOptions extends ValidationOptions {
  /** What the file must be, with its article; default: `a JSON file`. */
  what?: string;
  /** What to do when it is not there; default: `check the path`. */
  whenAbsent?: string;
}

/**
 * Reads a JSON file and checks it against a schema: every configuration and record of the toolkit comes in here.
 *
 * @param path - The file, UTF-8.
 * @param schema - What it must hold; strict unless the format is open to later additions.
 * @returns What it holds, defaults filled in.
 * @throws InputError when it is missing, not JSON or breaks the schema, naming field, rule, value and remedy.
 */
export function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  { what = 'a JSON file', whenAbsent = 'check the path', ...options }: ReadJsonOptions = {},
): z.output<Schema> {
  const value = parseJson(textOf(path, what, whenAbsent), path, { what, ...options });
  return validated(schema, value, path, options);
}

/**
 * Parses JSON text.
 *
 * @param where - Where it came from, for the message.
 * @returns The value, unchecked.
 * @throws InputError when it is not JSON.
 */
export function parseJson(
  text: string,
  where: string,
  { what = 'JSON', remedy = 'correct it', settings = {} }: ReadJsonOptions = {},
): unknown {
  try {
    // Editors on Windows begin a file with a byte-order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${where} must be ${what}, it is not JSON (${reason}); ${remedy}`, {
      cause,
      remedy: settings,
    });
  }
}

function textOf(path: string, what: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const reason = code === 'ENOENT' ? 'it does not exist' : `it cannot be read (${code})`;
    throw new InputError(`${path} must be ${what}, ${reason}; ${remedy}`, { cause });
  }
}
