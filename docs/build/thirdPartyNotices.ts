import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/base/packagePath.ts';

/** A package as `package-lock.json` knows it. */
interface LockedPackage {
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

interface OwnDescription {
  license?: string;
  author?: string | { name: string };
  contributors?: readonly (string | { name: string })[];
  dependencies?: Record<string, string>;
}

/** Development dependencies whose code the build puts into the pages of the listening test, with their own. */
const bundled = /^(jspsych|@jspsych\/plugin-.+)$/;

const parts = `# Third-party notices

The code of this project is under the MIT License (\`LICENSE\`). It comes with, or installs, the work of others. \`npm run notices\` makes this file.

## In the package

| what | by | license |
|---|---|---|
| \`stimuli/clips/speech-*\` | Allison Smith, Asterisk core sounds | CC BY-SA 3.0: \`stimuli/clips/LICENSE-CC-BY-SA-3.0.txt\` |
| \`stimuli/clips/music-tabla\`, \`music-guitar\`, \`environment-*\` | Sonic Pi's samples, from freesound.org; authors in \`stimuli/clips/clips.json\` | CC0 1.0: \`stimuli/clips/LICENSE-CC0-1.0.txt\` |
| \`stimuli/clips/music-renaissance\`, \`-baroque\`, \`-classical\`, \`-romantic\` | scores in the public domain, typeset by volunteers of the Mutopia project, named in \`stimuli/clips/clips.json\`; played with the FluidR3 GM soundfont by Frank Wen | public domain; MIT: \`stimuli/clips/LICENSE-FluidR3-MIT.txt\` |
| the other \`stimuli/clips/music-*\`, composed here | played with the FluidR3 GM soundfont by Frank Wen | MIT: \`stimuli/clips/LICENSE-FluidR3-MIT.txt\` |
| \`src/model/weights/branched-small\`, \`branched-small-b\` | trained here; the recordings, which are not in the package, stand in their READMEs with their licenses | MIT |
| \`src/records/humans/saddler2024.csv\` | Mark R. Saddler, with Saddler & McDermott (2024) | MIT: \`src/records/humans/README.md\` |
| DejaVu Sans, by \`@fontsource/dejavu-sans\`; letters of figures | Bitstream, Inc., and the DejaVu authors | Bitstream Vera and Arev licenses; the package says OFL-1.1 |

In the repository alone: \`test/reference\` has numbers of Feather et al. (2023), MIT, and of other toolkits, each beside the script that made it.
`;

/**
 * Text of `THIRD-PARTY-NOTICES.md`: what the package holds of others, what the pages of the listening test and the engine
 * have built in, and what an installation brings.
 */
export function thirdPartyNotices(): string {
  const { packages } = JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const inPages = withDependencies(
    Object.keys(packages)
      .map(nameOf)
      .filter((name) => bundled.test(name)),
  );
  const installed = Object.entries(packages)
    .filter(
      ([path, { dev, devOptional, link }]) => path.includes('node_modules/') && !dev && !devOptional && !link,
    )
    .map(([path, { license }]) => [nameOf(path), license ?? 'not named'] as const);
  return [
    parts,
    '## Built into the pages of the listening test\n',
    ...inPages.map((name) => `### ${name}\n\n${licenseOf(name)}\n`),
    '## Built into the engine\n',
    // TensorFlow.js names its license without bringing the text, which is the one that long brings.
    `### @tensorflow/tfjs-core, @tensorflow/tfjs-backend-cpu, long\n\nCopyright Google LLC; long: Daniel Wirtz.\n\n${licenseOf('long')}\n`,
    `### seedrandom\n\n${licenseOf('seedrandom')}\n`,
    '## Installed with the package\n',
    'Each has the text of its license in its own folder of `node_modules`; those for other machines are in the list too.\n',
    ...byLicense(installed).map(([license, names]) => `**${license}**: ${names.join(', ')}\n`),
  ].join('\n');
}

const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

/** Packages and all that they depend on, sorted. */
function withDependencies(names: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...Object.keys(descriptionOf(name).dependencies ?? {}));
  }
  return [...found].sort();
}

function descriptionOf(name: string): OwnDescription {
  return JSON.parse(readFileSync(packagePath(`node_modules/${name}/package.json`), 'utf8')) as OwnDescription;
}

/** The text of a package's license; where it brings none, as those under MIT may, its name and the author. */
function licenseOf(name: string): string {
  const folder = packagePath(`node_modules/${name}`);
  const file = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8').trim().replaceAll('\r', '');
  const { author, license } = descriptionOf(name);
  const who = typeof author === 'object' ? author.name : author;
  return `${license} License, with the terms in \`LICENSE\`. Copyright (c) ${who ?? 'its authors'}.`;
}

function byLicense(packages: readonly (readonly [name: string, license: string])[]): [string, string[]][] {
  const names = new Map<string, Set<string>>();
  for (const [name, license] of packages) names.set(license, (names.get(license) ?? new Set()).add(name));
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([license, of]) => [license, [...of].sort()]);
}
