import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * JavaScript that a thread or a process of its own begins with: it imports a module, from sources as from the built
 * package.
 *
 * @param module - The module's address without ending, such as `new URL('./worker', import.meta.url)`.
 */
export function importingCode(module: URL): string {
  if (!import.meta.url.endsWith('.ts')) return `import('${module.href}.js')`;
  // Node 20 runs no TypeScript by itself: a line of JavaScript registers tsx first.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/cjs$/, 'mjs'),
  ).href;
  return `import('${tsx}').then((tsx) => { tsx.register(); return import('${module.href}.ts'); })`;
}
