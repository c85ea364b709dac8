import { dirname, join } from 'node:path';
import ts from 'typescript';
import { schemaWords } from './schemaWords.ts';

/** A field of a declared type or schema, as its source tells it. */
export interface DeclaredField {
  /** Names from the outermost field inwards, joined by dots. */
  path: string;
  /** Type: as written, on one line; of a schema, in words. */
  type: string;
  isOptional: boolean;
  /** Value where the field is left out, as written; empty where there is none. */
  fallback: string;
  /** Doc comment, empty where there is none. */
  meaning: string;
}

const sources = new Map<string, ts.SourceFile>();

/**
 * Fields of an interface or of a constant that holds a schema, with their doc comments; what is named there and declared in
 * the same file or imported is followed.
 *
 * @param file - TypeScript source.
 * @param name - The interface or constant.
 * @throws Error when the file declares no such thing.
 */
export function declaredFields(file: string, name: string): DeclaredField[] {
  const found = declarationOf(file, name);
  if (!found) throw new Error(`${file} declares no ${name}`);
  return fieldsOf(found, '', new Set());
}

interface Declaration {
  node: ts.Node;
  file: string;
}

function fieldsOf({ node, file }: Declaration, prefix: string, seen: ReadonlySet<ts.Node>): DeclaredField[] {
  if (seen.has(node)) return [];
  const inside = new Set(seen).add(node);
  const within = (inner: ts.Node | undefined, path: string) =>
    inner ? fieldsOf({ node: inner, file }, path, inside) : [];
  if (ts.isInterfaceDeclaration(node)) {
    const inherited = (node.heritageClauses ?? []).flatMap(({ types }) =>
      types.flatMap(({ expression }) => within(expression, prefix)),
    );
    return [...inherited, ...node.members.flatMap((member) => within(member, prefix))];
  }
  if (ts.isTypeLiteralNode(node)) return node.members.flatMap((member) => within(member, prefix));
  if (ts.isPropertySignature(node) || ts.isPropertyAssignment(node)) {
    const path = `${prefix}${node.name.getText().replaceAll(/^'|'$/g, '')}`;
    const told = ts.isPropertySignature(node) ? typeOf(node) : schemaWords(node.initializer, constantOf);
    const inner = ts.isPropertySignature(node) ? node.type : node.initializer;
    return [{ path, ...told, meaning: commentOf(node) }, ...within(inner, `${path}.`)];
  }
  if (ts.isObjectLiteralExpression(node))
    return node.properties.flatMap((property) => within(property, prefix));
  if (ts.isVariableDeclaration(node)) return within(node.initializer, prefix);
  if (ts.isCallExpression(node)) {
    const before = within(node.expression, prefix);
    const [first] = node.arguments;
    const reshape = reshapes[calledName(node)];
    if (reshape) return reshape(before, { prefix, names: first ? namesIn(first) : [] });
    const added = node.arguments.filter(holdsFields).flatMap((argument) => within(argument, prefix));
    // What is declared anew takes the place of what it extends.
    const isAnew = ({ path }: DeclaredField) =>
      added.some((field) => path === field.path || path.startsWith(`${field.path}.`));
    return [...before.filter((field) => !isAnew(field)), ...added];
  }
  if (ts.isPropertyAccessExpression(node)) return within(node.expression, prefix);
  if (ts.isTypeReferenceNode(node)) return within(node.typeName, prefix);
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((type) => within(type, prefix));
  if (ts.isArrayTypeNode(node)) return within(node.elementType, prefix);
  if (ts.isTypeOperatorNode(node)) return within(node.type, prefix);
  if (ts.isIdentifier(node)) {
    const found = declarationOf(file, node.text);
    return found ? fieldsOf(found, prefix, inside) : [];
  }
  return [];
}

const typeOf = ({ type, questionToken }: ts.PropertySignature) => ({
  type: type ? typeWords(type) : '',
  isOptional: questionToken !== undefined,
  fallback: '',
});

/** A type as written, but for objects, whose fields follow. */
function typeWords(type: ts.TypeNode): string {
  if (ts.isTypeLiteralNode(type)) return 'object';
  if (ts.isTypeOperatorNode(type)) return typeWords(type.type);
  if (ts.isParenthesizedTypeNode(type)) return typeWords(type.type);
  if (ts.isArrayTypeNode(type)) return `list of: ${typeWords(type.elementType)}`;
  if (ts.isUnionTypeNode(type)) return type.types.map(typeWords).join(' or ');
  return `\`${type
    .getText()
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')}\``;
}

const constantOf = (identifier: ts.Identifier) => {
  const node = declarationOf(identifier.getSourceFile().fileName, identifier.text)?.node;
  return node && ts.isVariableDeclaration(node) ? node.initializer : undefined;
};

interface Reshaped {
  prefix: string;
  /** Fields that the call names. */
  names: readonly string[];
}

/** Calls after which a schema has other fields, or the same. */
const reshapes: Record<string, (fields: DeclaredField[], how: Reshaped) => DeclaredField[]> = {
  omit: (fields, { prefix, names }) => fields.filter(({ path }) => !names.includes(outerName(path, prefix))),
  pick: (fields, { prefix, names }) => fields.filter(({ path }) => names.includes(outerName(path, prefix))),
  partial: (fields, { prefix }) =>
    fields.map((field) =>
      field.path === prefix + outerName(field.path, prefix) ? { ...field, isOptional: true } : field,
    ),
  default: (fields) => fields,
  prefault: (fields) => fields,
};

const outerName = (path: string, prefix: string) => path.slice(prefix.length).split('.')[0]!;

/** Names of all properties of an object, those of what is spread into it among them. */
function namesIn(node: ts.Node): string[] {
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap((property) =>
    ts.isSpreadAssignment(property) ? namesIn(property.expression) : [property.name.getText()],
  );
}

/** Options of a schema's calls are objects too, and no fields. */
const holdsFields = (argument: ts.Expression) =>
  ts.isObjectLiteralExpression(argument)
    ? ['strictObject', 'looseObject', 'object', 'extend'].includes(calledName(argument.parent))
    : !ts.isFunctionLike(argument);

const calledName = (node: ts.Node) =>
  ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : '';

function commentOf(node: ts.Node): string {
  const text = node.getSourceFile().text;
  const last = ts.getLeadingCommentRanges(text, node.pos)?.at(-1);
  const comment = last ? text.slice(last.pos, last.end) : '';
  return comment.startsWith('/**')
    ? comment
        .replaceAll(/^\/\*\*|\s*\*\/$|^\s*\*/gm, '')
        .replaceAll(/\{@link (\w+)\}/g, '`$1`')
        .replaceAll(/\s+/g, ' ')
        .trim()
    : '';
}

function declarationOf(file: string, name: string): Declaration | undefined {
  for (const statement of sourceOf(file).statements) {
    if (
      (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) &&
      statement.name.text === name
    )
      return { node: ts.isTypeAliasDeclaration(statement) ? statement.type : statement, file };
    if (ts.isVariableStatement(statement))
      for (const declaration of statement.declarationList.declarations)
        if (declaration.name.getText() === name) return { node: declaration, file };
    if (ts.isImportDeclaration(statement) && namesImported(statement).includes(name)) {
      const from = (statement.moduleSpecifier as ts.StringLiteral).text;
      if (from.startsWith('.')) return declarationOf(join(dirname(file), from), name);
    }
  }
  return undefined;
}

function namesImported({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

function sourceOf(file: string): ts.SourceFile {
  const known =
    sources.get(file) ?? ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.Latest, true);
  sources.set(file, known);
  return known;
}
