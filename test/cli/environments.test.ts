import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { packageVersion } from '../../src/base/versions.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** Runs the tool by a version of Node. */
function runBy(node: string, words: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(node, ['--import', 'tsx', packagePath('src/cli/main.ts'), ...words], {
    ...{ cwd: packagePath('.'), encoding: 'utf8', env: { ...process.env, ...environment } },
  });
}

/** Bytes of a cochleagram and of a metamer that a version of Node makes, and how its commands end. */
function madeBy(node: string) {
  const folder = temporaryFolder();
  const [ear, metamers] = [join(folder, 'ear.npy'), join(folder, 'metamers')];
  const how = ['--stage', 'conv1', '--steps', '2', '--threads', '1', '--model', 'branched-random'];
  return {
    version: runBy(node, ['--version']).stdout,
    // 1: it ran, and two steps make no metamer.
    codes: [
      runBy(node, ['cochleagram', 'speech-no', '--out', ear]).status,
      runBy(node, ['synthesize', 'speech-no', ...how, '--out', metamers]).status,
    ],
    bytes: [ear, join(metamers, 'speech-no', 'conv1', 'metamer.wav')].map((path) =>
      readFileSync(path).toString('base64'),
    ),
  };
}

const binaryOf = (version: number) => packagePath(`node_modules/node-${version}/bin/node`);
const versions = [22, 24].filter((version) => existsSync(binaryOf(version)));
if (versions.length < 2)
  process.stderr.write('skipped: not all of Node 22 and 24: CONTRIBUTING.md tells how npm brings them\n');

test.skipIf(versions.length === 0)('other versions of Node make the same bits', () => {
  const own = madeBy(process.execPath);
  expect(own).toMatchObject({ version: `${packageVersion()}\n`, codes: [0, 1] });
  for (const version of versions) expect(madeBy(binaryOf(version)), `Node ${version}`).toEqual(own);
});

test.each(['de_DE.UTF-8', 'tr_TR.UTF-8'])(
  'a machine that speaks %s is told numbers as any other',
  (language) => {
    const environment = { LANG: language, LC_ALL: language };
    const { stdout } = runBy(process.execPath, ['stages', 'branched-random'], environment);
    expect(stdout).toMatch(/^cochleagram +211 × 390 +82,290 +0 +0\.00$/m);
    const spoken = spawnSync(process.execPath, ['-p', '(1234.5).toLocaleString()'], {
      ...{ encoding: 'utf8', env: { ...process.env, ...environment } },
    });
    // Node knows the language, whether or not the machine has it installed.
    expect(spoken.stdout).toBe('1.234,5\n');
  },
);
