import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../../base/inputError.ts';

const execute = promisify(execFile);

/** Programs that a corpus is made with, and the Debian packages that hold them. */
export const packageOfProgram = {
  flite: 'flite',
  'espeak-ng': 'espeak-ng',
  mma: 'mma',
  fluidsynth: 'fluidsynth',
  lilypond: 'lilypond',
  'convert-ly': 'lilypond',
} as const;
/** Name of such a program. */
export type ProgramName = keyof typeof packageOfProgram;

/** Soundfonts that music is rendered with. */
export const soundfonts = [
  {
    name: 'FluidR3',
    path: '/usr/share/sounds/sf2/FluidR3_GM.sf2',
    debianPackage: 'fluid-soundfont-gm',
    license: 'MIT',
  },
  {
    name: 'GMbank',
    path: '/usr/share/sounds/sf2/sf_GMbank.sf2',
    debianPackage: 'csound-soundfont',
    license: 'public domain',
  },
  {
    name: 'TimGM6mb',
    path: '/usr/share/sounds/sf2/TimGM6mb.sf2',
    debianPackage: 'timgm6mb-soundfont',
    license: 'GPL-2.0',
  },
] as const;

/**
 * Whether a program is on the path.
 *
 * @param program - Its name.
 * @returns True when it can be started.
 */
export function hasProgram(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Refuses to begin when programs or soundfonts are missing.
 *
 * @param programs - What will be called.
 * @param needsSoundfont - Whether at least one soundfont is needed.
 * @throws InputError naming all that is missing and the command that installs it.
 */
export function requirePrograms(programs: readonly ProgramName[], needsSoundfont: boolean): void {
  const missing: string[] = programs.filter((program) => !hasProgram(program));
  const packages = new Set<string>(
    programs.filter((program) => missing.includes(program)).map((program) => packageOfProgram[program]),
  );
  if (needsSoundfont && availableSoundfonts().length === 0) {
    missing.push('a General MIDI soundfont');
    packages.add(soundfonts[0].debianPackage);
  }
  if (missing.length > 0)
    throw new InputError(
      `this corpus needs ${missing.join(', ')}, which this machine lacks; install with: apt-get install --no-install-recommends ${[...packages].join(' ')}`,
    );
}

/**
 * The soundfonts that are there.
 *
 * @returns Those of {@link soundfonts} whose file exists.
 */
export function availableSoundfonts(): (typeof soundfonts)[number][] {
  return soundfonts.filter((soundfont) => existsSync(soundfont.path));
}

/**
 * Runs a program to its end.
 *
 * @param program - Its name.
 * @param options - `folder` to run it in; `timeoutSeconds` after which it is ended and has failed.
 * @throws Error with the program's last words when it fails.
 */
export async function runProgram(
  program: string,
  arguments_: readonly string[],
  { folder, timeoutSeconds = 0 }: { folder?: string; timeoutSeconds?: number } = {},
): Promise<void> {
  const place = folder === undefined ? {} : { cwd: folder };
  const running = execute(program, [...arguments_], {
    ...place,
    maxBuffer: 2 ** 26,
    timeout: 1000 * timeoutSeconds,
    killSignal: 'SIGKILL',
  });
  await running.catch(failed([program, ...arguments_].join(' ')));
}

/**
 * Runs a program once for each list of arguments, one after the other. From a large process each start would take longer
 * than many a short run, so that a small one starts them.
 *
 * @param program - Its name.
 * @param lists - Arguments, as many in each list.
 * @throws Error with the last words when a run fails.
 */
export async function runProgramForEach(
  program: string,
  lists: readonly (readonly string[])[],
): Promise<void> {
  if (lists.length === 0) return;
  const running = execute('xargs', ['-0', '-n', String(lists[0]!.length), program], { maxBuffer: 2 ** 26 });
  running.child.stdin!.end(
    lists
      .flat()
      .map((argument) => `${argument}\0`)
      .join(''),
  );
  await running.catch(failed(program));
}

function failed(command: string) {
  return (error: unknown): never => {
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
    throw new Error(`${command} failed: ${said || String(error)}`, { cause: error });
  };
}

/**
 * Runs a program for the beginning of what it writes to `/dev/stdout`, and ends it then.
 *
 * @param program - Its name.
 * @param bytes - How much is wanted.
 * @returns At most so many bytes; fewer, or none, when it wrote fewer.
 */
export async function programOutput(
  program: string,
  arguments_: readonly string[],
  bytes: number,
): Promise<Buffer> {
  // Node's own pipes are sockets, which cannot be opened by name.
  const piped = ['-c', '"$@" | head -c "$0"', String(bytes), program, ...arguments_];
  const { stdout } = await execute('sh', piped, { encoding: 'buffer', maxBuffer: bytes + 1 });
  return stdout;
}
