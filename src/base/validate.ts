import { z } from 'zod';
import { InputError, type InputErrorDetails } from './inputError.ts';

/** How a value that breaks its schema is spoken of. */
export interface ValidationOptions {
  /** What the reader can do about it; default: `correct it`. */
  remedy?: string;
  /** Options that would mend it, with their values. */
  settings?: InputErrorDetails['remedy'];
}

/**
 * Checks a value against a schema: the one wording of every configuration, record and request.
 *
 * @param schema - What it must be.
 * @param value - The untrusted value.
 * @param where - The file or request it comes from, for the message.
 * @returns The value, defaults filled in.
 * @throws InputError naming the first wrong field, its rule and its value, such as `a.json: field 'width' must be > 0, got
 *   -1; correct it`.
 */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
  { remedy = 'correct it', settings = {} }: ValidationOptions = {},
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.length > 0 ? `field '${issue.path.map(String).join('.')}'` : 'the whole';
  throw new InputError(`${where}: ${field} ${ruleOf(issue, schema)}${gotten(value, issue)}; ${remedy}`, {
    remedy: settings,
  });
}

function ruleOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `must not hold ${issue.keys.join(', ')}, which is unknown${knownKeys(schema, issue.path)}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`;
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'too_small':
      return `must ${bound(issue.origin, issue.inclusive === false ? '>' : '≥', issue.minimum)}`;
    case 'too_big':
      return `must ${bound(issue.origin, issue.inclusive === false ? '<' : '≤', issue.maximum)}`;
    default:
      return issue.message.startsWith('must ')
        ? issue.message
        : `is not valid (${issue.message.replace(/^Invalid input: /, '')})`;
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values[0]! : `one of ${values.join(', ')}`;
}

function article(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'record') return 'an object';
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

const counted: Record<string, string> = { string: 'characters', array: 'entries', set: 'entries' };

function bound(origin: string, relation: string, limit: number | bigint): string {
  const unit = counted[origin];
  return unit === undefined ? `be ${relation} ${limit}` : `have ${relation} ${limit} ${unit}`;
}

/** What stands in the value where the issue is. */
function gotten(value: unknown, { path, code }: z.core.$ZodIssue): string {
  if (code === 'unrecognized_keys') return '';
  let found: unknown = value;
  for (const key of path)
    found = found && typeof found === 'object' ? (found as Record<PropertyKey, unknown>)[key] : undefined;
  if (found === undefined) return ', it is missing';
  if (Array.isArray(found))
    return code === 'too_small' || code === 'too_big' ? `, got ${found.length}` : ', got an array';
  if (typeof found === 'object' && found !== null) return ', got an object';
  return `, got ${typeof found === 'string' ? JSON.stringify(found).slice(0, 80) : String(found)}`;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>((at, key) => inside(unwrapped(at), key), schema);
  const object = unwrapped(found);
  return object instanceof z.ZodObject ? `; known are ${Object.keys(object.shape).join(', ')}` : '';
}

function inside(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrapped(schema: unknown): unknown {
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}
