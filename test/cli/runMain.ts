import { spawnSync } from 'node:child_process';
import { packagePath } from '../../src/base/packagePath.ts';

const { DATABASE_URL: _, ...env } = process.env;

/**
 * Runs the tool as its user does.
 *
 * @param words - Command and flags.
 * @param stdout - A file descriptor instead of a pipe.
 * @param extraEnv - Variables beside those of this process.
 */
export function runMain(
  words: readonly string[],
  stdout: 'pipe' | number = 'pipe',
  extraEnv: Record<string, string> = {},
) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...words], {
    ...{ cwd: packagePath('.'), encoding: 'utf8', env: { ...env, ...extraEnv } },
    stdio: ['ignore', stdout, 'pipe'],
  });
}
