import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseHTML } from 'linkedom';
import { marked, type Token, type Tokens } from 'marked';

/** What a page points to, and what can be pointed to in it. */
export interface LinkedPage {
  links: readonly string[];
  /** Names that stand after a `#`. */
  anchors: readonly string[];
}

/**
 * Links and anchors of a Markdown page; headings have the anchors that GitHub gives them.
 *
 * @param markdown - Text of the page.
 */
export function markdownLinks(markdown: string): LinkedPage {
  const links: string[] = [];
  const headings: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (token.type === 'link' || token.type === 'image') links.push((token as Tokens.Link).href);
    if (token.type === 'heading') headings.push(token.text);
    if (token.type === 'html') links.push(...htmlLinks(token.text).links);
  });
  return { links, anchors: numbered(headings.map(slugOf)) };
}

/**
 * Links and anchors of an HTML page.
 *
 * @param html - Text of the page.
 */
export function htmlLinks(html: string): LinkedPage {
  const { document } = parseHTML(html);
  const all = (selector: string, attribute: string) =>
    [...document.querySelectorAll(selector)].map((element) => element.getAttribute(attribute)!);
  return {
    links: [...all('a[href], link[href]', 'href'), ...all('[src]', 'src')],
    anchors: [...all('[id]', 'id'), ...all('a[name]', 'name')],
  };
}

/**
 * Links that lead nowhere: to a file that is not there, to an anchor that its page lacks, or not well-formed. What stands on
 * the web is not asked for.
 *
 * @param pages - Files, `.md` or `.html`.
 * @returns One line a dead link: the page, below the working directory, and where the link points.
 */
export function deadLinks(pages: readonly string[]): string[] {
  const read = new Map<string, LinkedPage>();
  const linksOf = (path: string) => {
    if (!read.has(path)) read.set(path, pageAt(path));
    return read.get(path)!;
  };
  return pages.flatMap((page) =>
    linksOf(page)
      .links.filter((link) => isDead(page, link, linksOf))
      .map((link) => `${relative('.', page)} → ${link}`),
  );
}

function isDead(page: string, link: string, linksOf: (path: string) => LinkedPage): boolean {
  if (/^[a-z][a-z+.-]*:/i.test(link))
    return !/^(https?:\/\/[^\s/]+\.[^\s/]+|mailto:\S+@\S+$|data:)/.test(link);
  const [path, anchor] = link.split('#').map(decodeURIComponent) as [string, string?];
  const target = path === '' ? page : join(dirname(page), path.split('?')[0]!);
  if (!existsSync(target)) return true;
  if (!anchor || !/\.(md|html)$/.test(target)) return false;
  return !linksOf(target).anchors.includes(anchor);
}

function pageAt(path: string): LinkedPage {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.html') ? htmlLinks(text) : markdownLinks(text);
}

/** Letters, digits, `_` and `-` of a heading's text, in lower case. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** The second of two equal names gets `-1`, and so on. */
function numbered(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
}

/**
 * Files below a folder, at any depth; packages and hidden folders are passed by.
 *
 * @param folder - Where to look.
 * @param extension - With its dot.
 * @returns Paths, sorted.
 */
export function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder)
    .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) =>
      statSync(path).isDirectory() ? filesBelow(path, extension) : path.endsWith(extension) ? [path] : [],
    );
}
