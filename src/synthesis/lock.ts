import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../files.ts';
import { InputError } from '../inputError.ts';

/** A claim on a folder, by one process at a time. */
export interface FolderLock {
  /** Shows other machines that the process is alive; call it every few seconds. */
  touch(): void;
  /** Gives the folder up. */
  release(): void;
}

const lockName = 'lock';
/** A lock of another machine that was not touched for so long belongs to a process that is gone, seconds. */
const abandonedSeconds = 120;

/**
 * Claims a folder; it is made when missing. The lock of a process that was killed is taken over.
 *
 * @param folder - The folder.
 * @throws InputError when another process works in it, or it cannot be written.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, lockName);
  try {
    makeFolder(folder);
    if (!tryCreate(path)) {
      const owner = ownerOf(path);
      if (owner?.isAlive)
        throw new InputError(
          `${folder} must be used by one process at a time, process ${owner.pid} on ${owner.host} works in it; wait for it or choose another folder`,
        );
      rmSync(path, { force: true });
      if (!tryCreate(path))
        throw new InputError(
          `${folder} must be used by one process at a time, another one was faster; wait for it`,
        );
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new InputError(`${folder} must be a writable folder (${reason}); choose another one`, {
      cause: error,
    });
  }
  return {
    touch: () => utimesSync(path, new Date(), new Date()),
    release: () => rmSync(path, { force: true }),
  };
}

/** The lock appears whole, by linking a finished file to its name. */
function tryCreate(path: string): boolean {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, host: hostname() }));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function ownerOf(path: string): { pid: number; host: string; isAlive: boolean } | undefined {
  try {
    const idleSeconds = (Date.now() - statSync(path).mtimeMs) / 1000;
    const { pid, host } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; host: string };
    const isAlive = host === hostname() ? isRunning(pid) : idleSeconds < abandonedSeconds;
    return { pid, host, isAlive };
  } catch {
    // Released at this moment.
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
