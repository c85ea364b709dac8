import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../src/base/files.ts';
import { InputError } from '../../src/base/inputError.ts';

/** What a picture of a study may be called. */
const pictureName = /^[A-Za-z0-9][\w-]*\.(?:png|jpe?g|gif|webp|svg)$/;

/**
 * Whether a file name is that of a picture a study may bring.
 *
 * @param name - File name.
 */
export const isPictureName = (name: string) => pictureName.test(name);

/** Pictures in Markdown and HTML that lie beside the text. */
const references = [/!\[[^\]]*\]\(\s*([^\s)]+)/g, /<img\b[^>]*\bsrc\s*=\s*["']([^"']+)/gi];

/**
 * Copies the pictures that a study's texts show into its folder.
 *
 * @param texts - Markdown.
 * @param folders - Where the pictures lie, and the study's folder.
 * @throws InputError when one is missing or lies elsewhere.
 */
export function copyPictures(texts: readonly string[], folders: { from: string; study: string }): void {
  const named = texts.flatMap((text) => references.flatMap((pattern) => [...text.matchAll(pattern)]));
  for (const name of new Set(named.map(([, address]) => address!))) {
    if (name.startsWith('data:')) continue;
    if (!isPictureName(name))
      throw new InputError(
        `texts: a picture must be a PNG, JPEG, GIF, WebP or SVG file beside the study's settings, got '${name.slice(0, 80)}'; put it there and write its file name`,
      );
    const path = join(folders.from, name);
    if (!existsSync(path))
      throw new InputError(`${path} (a picture in texts) must exist, it does not; put it there`);
    makeFolder(join(folders.study, 'pictures'));
    copyFileSync(path, join(folders.study, 'pictures', name));
  }
}

/**
 * Lets the pictures of a text be loaded from where the server has them.
 *
 * @param html - HTML made of a study's Markdown.
 * @returns HTML with `pictures/` before names of files.
 */
export function withPictures(html: string): string {
  return html.replace(/(<img\b[^>]*\bsrc\s*=\s*["'])([^"']+)/gi, (whole, before: string, name: string) =>
    isPictureName(name) ? `${before}pictures/${name}` : whole,
  );
}
