import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** Who holds a lock, as the lock file says. */
export interface LockOwner {
  /** Differs from claim to claim. */
  id: string;
  pid: number;
  /** When the process began, in the system's own count, where the system tells; a number is used again one day. */
  began?: string | undefined;
  host: string;
  /** Which processes a number is one of: those of a container have numbers of their own. */
  numbering?: string | undefined;
  /** The cluster's job, and how often it was put back into the queue. */
  job?: string | undefined;
  restarts?: number | undefined;
}

/** What the rules of locks depend on. */
export interface World {
  /** This process. */
  owner: Omit<LockOwner, 'id'>;
  /** Whether a process of this machine runs. */
  isRunning(pid: number): boolean;
  /** When a process of this machine began; undefined where the system does not tell. */
  beganAt(pid: number): string | undefined;
  /** A clock that never goes back, ms. */
  now(): number;
  pause(seconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Whether a lock's owner still works.
 *
 * @param owner - As the lock says; undefined when it cannot be understood.
 * @param world - Processes of this machine.
 * @param options - Whether the lock is one that this very process holds.
 * @returns `works`, `gone`, `unseen`: it is on another machine, where only its touching the lock tells, or `likely`: a
 *   process of its number runs here, which may be another one when the lock is old.
 */
export function lockVerdict(
  owner: LockOwner | undefined,
  world: World,
  { isHeld }: { isHeld: boolean },
): 'works' | 'gone' | 'unseen' | 'likely' {
  // A lock of nobody; it is written whole, so it is not one that is being made.
  if (!owner) return 'gone';
  const { host, numbering, job, restarts = 0, pid } = world.owner;
  const isElsewhere =
    owner.host !== host ||
    (owner.numbering !== undefined && numbering !== undefined && owner.numbering !== numbering);
  if (isElsewhere)
    // A cluster ends a job before it queues it again, so that what it left is its own.
    return job !== undefined && owner.job === job && (owner.restarts ?? 0) < restarts ? 'gone' : 'unseen';
  if (owner.pid === pid) return isHeld ? 'works' : 'gone';
  if (!world.isRunning(owner.pid)) return 'gone';
  const began = world.beganAt(owner.pid);
  if (began === undefined || owner.began === undefined) return 'likely';
  return began === owner.began ? 'works' : 'gone';
}

const ownerSchema = z.object({
  id: z.string().default(''),
  pid: z.int().positive(),
  began: z.string().optional(),
  host: z.string(),
  numbering: z.string().optional(),
  job: z.string().optional(),
  restarts: z.int().min(0).optional(),
});

/**
 * Reads a lock file's text.
 *
 * @returns Undefined when it is not the text of a lock: numbers 0 and −1 mean groups of processes to the system.
 */
export function parseLockOwner(text: string): LockOwner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** This process and the machine that it is on. */
export function thisProcess(): World {
  const { SLURM_JOB_ID: job, SLURM_RESTART_COUNT: restarts } = process.env;
  const { pid } = process;
  return {
    owner: {
      pid,
      host: hostname(),
      ...{ began: beganAt(pid), numbering: numbering(), job },
      restarts: job === undefined ? undefined : Number.parseInt(restarts ?? '0', 10) || 0,
    },
    isRunning,
    beganAt,
    now: () => performance.now(),
    pause: async (seconds, signal) => {
      await sleep(1000 * seconds, undefined, { signal }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux tells when a process began, in ticks since it was started itself; that start has a name of its own. */
function beganAt(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name in parentheses may hold anything; field 22 of the whole is the 20th behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[19] === undefined ? undefined : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function numbering(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}
