import type { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';

/**
 * Checks a value against a schema.
 *
 * @param schema - What it must be.
 * @param value - The untrusted value.
 * @param where - The file or request it comes from, for the message.
 * @returns The value, defaults filled in.
 * @throws InputError naming the first wrong field, its rule and its value.
 */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.map(String).join('.') || 'the whole';
  throw new InputError(`${where}: ${field} ${ruleOf(issue)}${gotten(value, issue.path)}; correct it`);
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `must not hold ${issue.keys.join(', ')}, which is unknown`;
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(', ')}`;
  return issue.message.startsWith('must ')
    ? issue.message
    : `is not valid (${issue.message.replace(/^Invalid input: /, '')})`;
}

function gotten(value: unknown, path: PropertyKey[]): string {
  let found: unknown = value;
  for (const key of path)
    found = found && typeof found === 'object' ? (found as Record<PropertyKey, unknown>)[key] : undefined;
  if (found === undefined) return ', it is missing';
  if (typeof found === 'object' && found !== null) return '';
  return `, got ${(JSON.stringify(found) ?? String(found)).slice(0, 80)}`;
}
