import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './files.ts';
import { InputError } from './inputError.ts';
import { type LockOwner, lockVerdict, parseLockOwner, thisProcess, type World } from './lockOwner.ts';

/** A claim on a folder, by one process at a time. */
export interface FolderLock {
  /**
   * To be called before the folder is written to: a process that was suspended for long may have lost it meanwhile.
   *
   * @throws InputError when another process has the folder.
   */
  requireHeld(): void;
  /** Gives the folder up. */
  release(): void;
}

/** How a folder is claimed. */
export interface LockOptions {
  /** Ends the wait for a process on another machine. */
  signal?: AbortSignal | undefined;
  /** Processes, machine and time; default: the real ones. */
  world?: World;
}

const lockName = 'lock';
const touchSeconds = 10;
/** A lock of another machine that was not touched for so long belongs to a process that is gone: six missed touches. */
const silenceSeconds = 60;
const pollSeconds = 2;

/**
 * Claims a folder; it is made when missing. The lock of a process that is gone is taken over. Whether one on another
 * machine still works shows within a minute, which is waited for.
 *
 * @param options - A signal that ends the wait.
 * @throws InputError when another process works in it, or it cannot be written; the signal's reason when it is stopped.
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<FolderLock> {
  const path = join(folder, lockName);
  const world = options.world ?? thisProcess();
  const own: LockOwner = { ...world.owner, id: randomUUID() };
  try {
    makeFolder(folder);
    await claim(folder, path, { own, world, signal: options.signal });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    if (reason === undefined || error instanceof InputError || options.signal?.aborted) throw error;
    throw new InputError(`${folder} must be a writable folder (${reason}); choose another one`, {
      cause: error,
    });
  }
  return heldLock(folder, path, own);
}

function heldLock(folder: string, path: string, own: LockOwner): FolderLock {
  held.add(own.id);
  // Shows other machines that the process is alive.
  const touching = setInterval(() => touch(path, own), 1000 * touchSeconds);
  touching.unref();
  return {
    requireHeld: () => {
      const owner = read(path)?.owner;
      if (owner?.id === own.id) return;
      const other = owner ? `process ${owner.pid} on ${owner.host} has it` : 'its lock is gone';
      throw new InputError(
        `${folder} must be used by one process at a time, this one was suspended or cut off and ${other}; run it again when that one is done`,
      );
    },
    release: () => {
      clearInterval(touching);
      held.delete(own.id);
      if (read(path)?.owner?.id === own.id) rmSync(path, { force: true });
    },
  };
}

/** Locks of this process; one with its number that is not among them is of an earlier process. */
const held = new Set<string>();

interface Claim {
  own: LockOwner;
  world: World;
  signal: AbortSignal | undefined;
}

async function claim(folder: string, path: string, { own, world, signal }: Claim): Promise<void> {
  let watched: { state: string; since: number } | undefined;
  for (;;) {
    if (tryCreate(path, own)) return;
    const found = read(path);
    // Released at this moment.
    if (!found) continue;
    const { owner, touchedMs } = found;
    const state = `${owner?.id} ${touchedMs}`;
    const isTouched = watched !== undefined && watched.state !== state;
    const silentSeconds = Math.max(
      // The file system's clock is the same for all who use it; a lock from the future says nothing.
      (clockOf(folder, own) - touchedMs) / 1000,
      watched ? (world.now() - watched.since) / 1000 : 0,
    );
    watched ??= { state, since: world.now() };
    const verdict = lockVerdict(owner, world, { isHeld: owner !== undefined && held.has(owner.id) });
    const isSilent = silentSeconds >= silenceSeconds;
    if (verdict === 'works' || (verdict === 'likely' && !isSilent) || (verdict === 'unseen' && isTouched))
      throw inUse(folder, owner);
    if (verdict === 'gone' || isSilent) takeAway(folder, path, owner);
    else await world.pause(pollSeconds, signal);
  }
}

function inUse(folder: string, owner: LockOwner | undefined): InputError {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another one';
  return new InputError(
    `${folder} must be used by one process at a time, ${who} works in it; wait for it or choose another folder`,
  );
}

/** Removes the lock of a process that is gone, unless somebody else was faster. */
function takeAway(folder: string, path: string, owner: LockOwner | undefined): void {
  const away = `${path}.${randomUUID()}.tmp`;
  try {
    renameSync(path, away);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = read(away)?.owner;
  if (moved?.id !== owner?.id) {
    // Not the one that was judged: it is a new one, which goes back.
    restore(away, path);
    throw inUse(folder, moved);
  }
  rmSync(away, { force: true });
}

function restore(away: string, path: string): void {
  try {
    linkSync(away, path);
  } catch {
    // A third one has it by now; the moved one finds out before it writes.
  }
  rmSync(away, { force: true });
}

function touch(path: string, own: LockOwner): void {
  try {
    if (read(path)?.owner?.id === own.id) utimesSync(path, new Date(), new Date());
  } catch {
    // The folder is gone; the next write says so.
  }
}

/** The lock appears whole, by linking a finished file to its name. */
function tryCreate(path: string, own: LockOwner): boolean {
  const draft = `${path}.${own.id}.tmp`;
  writeFileSync(draft, JSON.stringify(own));
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

/** What time it is for the file system of the folder, ms. */
function clockOf(folder: string, own: LockOwner): number {
  const draft = join(folder, `${lockName}.${own.id}.clock.tmp`);
  writeFileSync(draft, '');
  try {
    return statOf(draft).touchedMs;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Opened and not only looked at, because network file systems renew what they know of a file when it is opened. */
function statOf(path: string): { touchedMs: number; text: string } {
  const file = openSync(path, 'r');
  try {
    return { touchedMs: fstatSync(file).mtimeMs, text: readFileSync(file, 'utf8') };
  } finally {
    closeSync(file);
  }
}

/** A lock and its owner; no owner when it cannot be understood. */
function read(path: string): { owner: LockOwner | undefined; touchedMs: number } | undefined {
  try {
    const { touchedMs, text } = statOf(path);
    return { owner: parseLockOwner(text), touchedMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
