/** A `@param` of a doc comment. */
export interface Param {
  /** Place of its text in the file, from ` * @param` up to the next tag or the comment's end. */
  start: number;
  end: number;
  name: string;
  description: string;
}

const fillers = new Set(
  'a all an and any are as each for given in is it its of on one or some that the this to what where which with'.split(
    ' ',
  ),
);

/**
 * All `@param`s in a file.
 *
 * @param text - TypeScript.
 */
export function paramsOf(text: string): Param[] {
  return [...text.matchAll(/^[ \t]*\* @param (\S+) - ((?:(?!\*\/)[\s\S])*?)\n(?=[ \t]*\*(?: @|\/))/gm)].map(
    (match) => ({
      start: match.index,
      end: match.index + match[0].length,
      name: match[1]!,
      description: match[2]!.replace(/\n\s*\* ?/g, ' ').trim(),
    }),
  );
}

/** Whether a description holds nothing but the words of the name, articles and the like: "The site." of `site`. */
export function saysNothing({ name, description }: Pick<Param, 'name' | 'description'>): boolean {
  if (/[\d<>≤≥±[\]−×]/.test(description)) return false;
  const known = new Set(wordsOf(name));
  return wordsOf(description).every((word) => fillers.has(word) || known.has(word));
}

/** Words in lower case, without the ending of a plural. */
function wordsOf(text: string): string[] {
  const spaced = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return (spaced.match(/[a-z]+/g) ?? []).map((word) => (fillers.has(word) ? word : word.replace(/s$/, '')));
}

/** A parameter that is an array of numbers, with what the doc comment says of it. */
export interface NumericArray {
  function: string;
  name: string;
  /** Its `@param`, else the comment's text before the first tag. */
  said: string;
}

const arrayType =
  /(?:^|,\s*|\n\s*)(\w+)\??: (?:readonly )?(?:(?:Float32|Float64|Int16|Int32|Uint32)Array|number\[\]|ArrayLike<number>)(?:\[\])?/g;

/**
 * Arrays of numbers that exported functions take.
 *
 * @param text - TypeScript.
 */
export function numericArraysOf(text: string): NumericArray[] {
  const declared = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:async )?function\*? (\w+)(?:<[^(]*>)?\(/g;
  return [...text.matchAll(declared)].flatMap((match) => {
    const parameters = upToClosing(text.slice(match.index + match[0].length));
    const params = paramsOf(`/**${match[1]}*/`);
    const lead = match[1]!.split('@')[0]!;
    return [...parameters.matchAll(arrayType)].flatMap(([, name]) => {
      // Such a name says what each number is.
      if (/shape$|sizes$|axes$|indices$/i.test(name!)) return [];
      const param = params.find((each) => each.name === name);
      return [{ function: match[2]!, name: name!, said: param?.description ?? lead }];
    });
  });
}

/** Whether a description of numbers tells their unit, shape, range, order, or what one of them is. */
export function tellsOfNumbers({ said }: Pick<NumericArray, 'said'>): boolean {
  const quantity = /\b(?:dB|Hz|seconds?|ms|amplitudes?|probabilit\w+|counts?|bits|units?)\b/i;
  const layout =
    /\b(?:shape|length|samples?|row-major|in order|order of|ordered|sorted|ind(?:ex|ices)|many|ascending)\b/i;
  const single = /\b(?:each|every|per|one|by|values? of|numbers? of)\b/i;
  return [quantity, layout, single, /[\d<>≤≥±×[\]]/].some((pattern) => pattern.test(said));
}

/** What stands before the parenthesis that closes a list of parameters. */
function upToClosing(text: string): string {
  let depth = 1;
  let end = 0;
  for (; depth > 0; end++) {
    if ('({['.includes(text[end]!)) depth++;
    if (')}]'.includes(text[end]!)) depth--;
  }
  return text.slice(0, end - 1);
}
