import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { thirdPartyNotices } from '../docs/build/thirdPartyNotices.ts';
import { packagePath } from '../src/base/packagePath.ts';

interface LockedPackage {
  version?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
}

/** Licenses that ask for no more than to be named. */
const permissive = [
  ...[
    'MIT',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'Unlicense',
    '0BSD',
    'CC0-1.0',
    'BlueOak-1.0.0',
  ],
  ...['Apache-2.0 AND MIT', '(MIT OR CC0-1.0)'],
];

/** Others that are taken, each for a reason. */
const exceptions: Readonly<Record<string, string>> = {
  // Used as it is; what is asked is that changes to its own files stay open.
  '@resvg/resvg-wasm': 'MPL-2.0',
  // A font, embedded in figures as its license allows.
  '@fontsource/dejavu-sans': 'OFL-1.1',
};

const locked = JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const production = Object.entries(locked.packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
);
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

test('all packages that an installation brings are under permissive licenses, or named with a reason', () => {
  expect(production.length).toBeGreaterThan(100);
  const others = production.flatMap(([path, { license }]) => {
    const name = nameOf(path);
    return permissive.includes(license ?? '') || exceptions[name] === license ? [] : [`${name}: ${license}`];
  });
  expect(others).toEqual([]);
  const used = production.map(([path]) => nameOf(path));
  expect(Object.keys(exceptions).filter((name) => !used.includes(name))).toEqual([]);
});

test('installed packages are under the licenses that the lock file names', () => {
  const differing = production.flatMap(([path, { license, version }]) => {
    const file = packagePath(`${path}/package.json`);
    if (!existsSync(file)) return [];
    const own = JSON.parse(readFileSync(file, 'utf8')) as { license?: string; version: string };
    return own.version === version && own.license !== undefined && own.license !== license
      ? [`${path}: ${own.license}, not ${license}`]
      : [];
  });
  expect(differing).toEqual([]);
});

test('THIRD-PARTY-NOTICES.md names what is installed and built in; else npm run notices makes it anew', () => {
  const notices = thirdPartyNotices();
  expect(readFileSync(packagePath('THIRD-PARTY-NOTICES.md'), 'utf8')).toBe(notices);
  const missing = production.map(([path]) => nameOf(path)).filter((name) => !notices.includes(name));
  // The workspace of the documentation, and the link to it.
  expect(missing).toEqual(['docs', 'auditory-metamer-docs'].filter((name) => missing.includes(name)));
  // What the pages import comes with what it needs itself.
  expect(notices).toMatch(/### jspsych\n[^#]+### random-words\n\nCopyright \(c\) 2022 Apostrophe/);
  expect(notices).toMatch(/### @tensorflow\/tfjs-core, [^#]+Apache License\n +Version 2\.0/);
});
