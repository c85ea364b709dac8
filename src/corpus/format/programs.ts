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
  const packages: string[] = programs
    .filter((program) => missing.includes(program))
    .map((program) => packageOfProgram[program]);
  if (needsSoundfont && availableSoundfonts().length === 0) {
    missing.push('a General MIDI soundfont');
    packages.push(soundfonts[0].debianPackage);
  }
  if (missing.length > 0)
    throw new InputError(
      `a synthetic corpus needs ${missing.join(', ')}, which this machine lacks; install with: apt-get install --no-install-recommends ${packages.join(' ')}`,
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
 * @throws Error with the program's last words when it fails.
 */
export async function runProgram(program: string, arguments_: readonly string[]): Promise<void> {
  try {
    await execute(program, [...arguments_], { maxBuffer: 2 ** 26 });
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
    throw new Error(`${program} ${arguments_.join(' ')} failed: ${said || String(error)}`, { cause: error });
  }
}
