import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../src/base/packagePath.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/**
 * Makes a user's folder in which the packed package is installed, its dependencies being those of the checkout; for
 * `beforeAll` or the top of a file.
 *
 * @returns Its path.
 */
export function packedProject(): string {
  const project = temporaryFolder();
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    ...{ cwd: packagePath('.'), encoding: 'utf8' },
  });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  const installed = join(project, 'node_modules', 'auditory-metamer');
  mkdirSync(installed, { recursive: true });
  const { status } = spawnSync('tar', [
    ...['xzf', join(project, filename), '--strip-components=1', '-C', installed],
  ]);
  if (status !== 0) throw new Error(`${filename} could not be unpacked`);
  symlinkSync(packagePath('node_modules'), join(installed, 'node_modules'));
  const bin = join(project, 'node_modules', '.bin');
  mkdirSync(bin);
  symlinkSync('../auditory-metamer/dist/src/cli/main.js', join(bin, 'metamer'));
  chmodSync(join(bin, 'metamer'), 0o755);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  return project;
}
