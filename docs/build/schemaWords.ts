import ts from 'typescript';

/** What a schema's expression asks of a value. */
export interface SchemaWords {
  /** Kind and range: `whole number, ≥ 0, ≤ 12`. */
  type: string;
  isOptional: boolean;
  /** As written; empty where there is none. */
  fallback: string;
}

/** Finds what an identifier stands for; undefined where it is declared elsewhere than in the sources. */
export type Resolve = (identifier: ts.Identifier) => ts.Expression | undefined;

const unknown: SchemaWords = { type: '', isOptional: false, fallback: '' };

const kinds: Record<string, string> = {
  int: 'whole number',
  number: 'number',
  string: 'text',
  boolean: 'true or false',
  strictObject: 'object',
  looseObject: 'object, open',
  object: 'object, open',
  unknown: 'anything',
  json: 'any JSON',
  custom: 'anything that its task understands',
};

/** How a call in the chain narrows the type, given its argument as written. */
const narrowings: Record<string, (argument: string) => string> = {
  min: (bound) => `≥ ${bound}`,
  max: (bound) => `≤ ${bound}`,
  gt: (bound) => `> ${bound}`,
  lt: (bound) => `< ${bound}`,
  positive: () => '> 0',
  int: () => 'whole',
  nullable: () => 'or null',
  length: (count) => `${count} of them`,
};

/**
 * Says a schema's expression in words.
 *
 * @param expression - A chain of zod's calls.
 * @param resolve - Looks constants up.
 */
export function schemaWords(expression: ts.Expression, resolve: Resolve): SchemaWords {
  if (ts.isIdentifier(expression)) {
    const found = resolve(expression);
    return found ? schemaWords(found, resolve) : unknown;
  }
  if (ts.isCallExpression(expression) && ts.isIdentifier(expression.expression)) {
    const called = resolve(expression.expression);
    if (!called || !ts.isArrowFunction(called) || ts.isBlock(called.body)) return unknown;
    const given = new Map(
      called.parameters.map(({ name }, at) => [name.getText(), expression.arguments[at]]),
    );
    return schemaWords(called.body, (inner) => given.get(inner.text) ?? resolve(inner));
  }
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression))
    return unknown;
  const { name, expression: before } = expression.expression;
  const [first, second] = expression.arguments;
  if (before.getText() === 'z')
    return { type: rootType(name.text, [first, second], resolve), isOptional: false, fallback: '' };
  const words = schemaWords(before, resolve);
  if (name.text === 'optional' || name.text === 'exactOptional' || name.text === 'partial')
    return { ...words, isOptional: true };
  if (name.text === 'default' || name.text === 'prefault')
    return { ...words, isOptional: true, fallback: fallbackOf(first, resolve) };
  const narrowing = narrowings[name.text]?.(plain(first));
  // Bounds of a text are of its length and of no interest to a reader.
  return narrowing && !(words.type === 'text' && /min|max/.test(name.text))
    ? { ...words, type: `${words.type}, ${narrowing}`.replace(', or', ' or') }
    : words;
}

function rootType(kind: string, [first, second]: (ts.Expression | undefined)[], resolve: Resolve): string {
  const words = (inner: ts.Expression | undefined) => (inner ? schemaWords(inner, resolve).type : '');
  if (kind === 'literal') return `\`${plain(known(first, resolve))}\``;
  if (kind === 'enum')
    return namesOf(first, resolve)
      .map((name) => `\`${name}\``)
      .join(', ');
  if (kind === 'array') return `list of: ${words(first) || 'objects'}`;
  if (kind === 'record') return `object, by name: ${words(second) || 'anything'}`;
  if ((kind === 'tuple' || kind === 'union') && first && ts.isArrayLiteralExpression(first))
    return first.elements.map(words).join(kind === 'tuple' ? '; ' : ', or ');
  return kinds[kind] ?? kind;
}

/** The names that an enumeration allows: a list, or the keys of an object. */
function namesOf(expression: ts.Expression | undefined, resolve: Resolve): string[] {
  const found = known(expression, resolve);
  if (found && ts.isArrayLiteralExpression(found))
    return found.elements.flatMap((each) =>
      ts.isSpreadElement(each) ? namesOf(each.expression, resolve) : [plain(each)],
    );
  if (found && ts.isObjectLiteralExpression(found))
    return found.properties.flatMap(({ name }) => (name ? [plain(name)] : []));
  if (found && ts.isCallExpression(found) && found.expression.getText() === 'Object.keys')
    return namesOf(found.arguments[0], resolve);
  throw new Error(`the names of ${expression?.getText()} are not known`);
}

/** What an expression stands for, without what it is asserted to be. */
function known(expression: ts.Expression | undefined, resolve: Resolve): ts.Expression | undefined {
  if (!expression) return undefined;
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression))
    return known(expression.expression, resolve);
  const found = ts.isIdentifier(expression) ? resolve(expression) : undefined;
  return found ? known(found, resolve) : expression;
}

/** A default as JSON has it; that of an object whose fields have defaults of their own is empty. */
function fallbackOf(expression: ts.Expression | undefined, resolve: Resolve): string {
  if (expression && /\.parse\(\{\}\)$/.test(expression.getText())) return '{}';
  const isSpread =
    expression && ts.isArrayLiteralExpression(expression) && expression.elements.some(ts.isSpreadElement);
  return isSpread ? JSON.stringify(namesOf(expression, resolve)).replaceAll(',', ', ') : plain(expression);
}

const plain = (expression: ts.Node | undefined) =>
  (expression?.getText() ?? '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^'|'$/g, '')
    .replaceAll(/(?<=\d)_(?=\d)/g, '')
    .replace(/, }$/, ' }');
