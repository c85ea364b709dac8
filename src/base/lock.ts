import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './files.ts';
import { InputError } from './inputError.ts';

/** A claim on a folder, by one process at a time. */
export interface FolderLock {
  /** Gives the folder up. */
  release(): void;
}

const lockName = 'lock';
/** A lock of another machine that was not touched for so long belongs to a process that is gone, seconds. */
const abandonedSeconds = 120;
const touchSeconds = 10;

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
  held.add(path);
  // Shows other machines that the process is alive.
  const touching = setInterval(() => touch(path), 1000 * touchSeconds);
  touching.unref();
  return {
    release: () => {
      clearInterval(touching);
      held.delete(path);
      if (ownerOf(path)?.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

/** Locks of this process; one with its number that is not among them is of an earlier process. */
const held = new Set<string>();

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The folder is gone; the next write says so.
  }
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
    const isHere = pid === process.pid ? held.has(path) : isRunning(pid) && idleSeconds < abandonedSeconds;
    const isAlive = host === hostname() ? isHere : idleSeconds < abandonedSeconds;
    return { pid, host, isAlive };
  } catch {
    // Released at this moment.
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
