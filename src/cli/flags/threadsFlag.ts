import { defined } from '../../base/definedValues.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { counting, type Flag, type Flags, numberFlag } from '../command.ts';
import { engineOptions } from './engineFlags.ts';

/**
 * Flag of commands whose result depends on how many threads compute it.
 *
 * @param help - What the threads are for, and the default.
 */
export function threadsFlag(help: string): Flag {
  return { flag: '--threads <n>', help, parse: numberFlag('--threads', counting) };
}

/**
 * Threads as {@link threadsFlag} asks; left out where it does not.
 *
 * @param flags - Parsed flags of the command.
 */
export function threadsOption(flags: Flags): { threads?: number } {
  return defined({ threads: flags['threads'] as number | undefined });
}

/**
 * Engine, device and threads as the flags ask.
 *
 * @param flags - Parsed flags of a command with `engineFlags` and {@link threadsFlag}.
 */
export function computingOptions(flags: Flags): ComputingOptions {
  return { ...engineOptions(flags), ...threadsOption(flags) };
}
