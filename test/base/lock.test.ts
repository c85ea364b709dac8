import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from '../../src/base/lock.ts';
import {
  type LockOwner,
  lockVerdict,
  parseLockOwner,
  thisProcess,
  type World,
} from '../../src/base/lockOwner.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const here = { pid: 100, began: 'boot 5', host: 'node1', numbering: 'pid:[1]' };

/** A machine with processes 100 (this one) and 200, whose clock goes on when it is waited. */
function world(owner: Partial<LockOwner> = {}, during?: (seconds: number) => void): World {
  let now = 0;
  return {
    owner: { ...here, ...owner },
    isRunning: (pid) => pid === 100 || pid === 200,
    beganAt: (pid) => ({ 100: 'boot 5', 200: 'boot 7' })[pid],
    now: () => now,
    pause: async (seconds, signal) => {
      signal?.throwIfAborted();
      now += 1000 * seconds;
      during?.(now / 1000);
    },
  };
}

const there = { ...here, id: 'x', pid: 200, began: 'boot 7' };
const inJob = (restarts: number) => world({ host: 'node2', job: '7', restarts });

test.each<[what: string, owner: LockOwner | undefined, at: World, isHeld: boolean, verdict: string]>([
  ['a running process', there, world(), false, 'works'],
  ['a process that is gone', { ...there, pid: 300 }, world(), false, 'gone'],
  ['a number that is used again', { ...there, began: 'boot 6' }, world(), false, 'gone'],
  ['a number of an earlier start of the machine', { ...there, began: 'earlier 7' }, world(), false, 'gone'],
  [
    'a running process that does not say when it began',
    { ...there, began: undefined },
    world(),
    false,
    'likely',
  ],
  [
    'a running process where the system does not say',
    there,
    { ...world(), beganAt: () => undefined },
    false,
    'likely',
  ],
  ['this process', { ...there, pid: 100, began: 'boot 5' }, world(), true, 'works'],
  ['an earlier process of this number', { ...there, pid: 100 }, world(), false, 'gone'],
  ['another machine', { ...there, host: 'node2' }, world(), false, 'unseen'],
  [
    'another machine, its number not running here',
    { ...there, host: 'node2', pid: 300 },
    world(),
    false,
    'unseen',
  ],
  ['another container of this machine', { ...there, numbering: 'pid:[2]' }, world(), false, 'unseen'],
  ['an older lock of a running process', { id: '', pid: 200, host: 'node1' }, world(), false, 'likely'],
  ['an older lock of a process that is gone', { id: '', pid: 300, host: 'node1' }, world(), false, 'gone'],
  ['this job before it was put back', { ...there, job: '7', restarts: 0 }, inJob(1), false, 'gone'],
  ['this job before it was put back, older lock', { ...there, job: '7' }, inJob(1), false, 'gone'],
  ['this job, another node of it', { ...there, job: '7', restarts: 1 }, inJob(1), false, 'unseen'],
  ['this job, later', { ...there, job: '7', restarts: 2 }, inJob(1), false, 'unseen'],
  ['another job', { ...there, job: '8', restarts: 0 }, inJob(1), false, 'unseen'],
  ['no job, seen from one', { ...there, restarts: 0 }, inJob(1), false, 'unseen'],
  ['no lock at all', undefined, world(), false, 'gone'],
])('lockVerdict: %s', (_, owner, at, isHeld, verdict) => {
  expect(lockVerdict(owner, at, { isHeld })).toBe(verdict);
});

test.each([
  ['{"pid":12,"host":"a"}', { id: '', pid: 12, host: 'a' }],
  ['{"pid":0,"host":"a"}', undefined],
  ['{"pid":-1,"host":"a"}', undefined],
  ['{"pid":1.5,"host":"a"}', undefined],
  ['{"pid":"12","host":"a"}', undefined],
  ['{"pid":12}', undefined],
  ['', undefined],
  ['null', undefined],
])('parseLockOwner(%s)', (text, owner) => {
  expect(parseLockOwner(text)).toEqual(owner);
});

/** A folder with a lock that was touched some seconds ago. */
function lockedFolder(owner: Partial<LockOwner>, agoSeconds = 0): { folder: string; path: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({ ...there, ...owner }));
  const touched = Date.now() / 1000 - agoSeconds;
  utimesSync(path, touched, touched);
  return { folder, path };
}

test('a lock is made, held and released, and nothing is left', async () => {
  const folder = join(temporaryFolder(), 'new');
  const lock = await lockFolder(folder);
  expect(readdirSync(folder)).toEqual(['lock']);
  lock.requireHeld();
  await expect(lockFolder(folder)).rejects.toThrow(
    `${folder} must be used by one process at a time, process ${process.pid} on `,
  );
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
  (await lockFolder(folder)).release();
});

test('the lock of a process that works is respected at once, of one that is gone taken at once', async () => {
  const works = lockedFolder({}, 1000);
  await expect(lockFolder(works.folder, { world: world() })).rejects.toThrow(
    'process 200 on node1 works in it',
  );
  const gone = lockedFolder({ pid: 300 });
  const waited: number[] = [];
  const lock = await lockFolder(gone.folder, { world: world({}, (seconds) => waited.push(seconds)) });
  expect(JSON.parse(readFileSync(gone.path, 'utf8'))).toMatchObject(here);
  expect(waited).toEqual([]);
  lock.release();
});

test('an older lock, which does not say when its process began, is believed while it is touched', async () => {
  const owner = { began: undefined, numbering: undefined };
  const fresh = lockedFolder(owner, 50);
  await expect(lockFolder(fresh.folder, { world: world() })).rejects.toThrow(
    'process 200 on node1 works in it',
  );
  const old = lockedFolder(owner, 70);
  (await lockFolder(old.folder, { world: world() })).release();
});

test.each([
  ['as fresh as can be', 0, 60],
  ['from the future', -86_400, 60],
  ['half a minute old', 30.5, 60],
  ['a minute old', 61, 0],
])(
  'the silent lock of another machine, %s, is taken after a minute without a touch',
  async (_, ago, seconds) => {
    const { folder } = lockedFolder({ host: 'node2' }, ago);
    let waited = 0;
    const lock = await lockFolder(folder, {
      world: world({}, (now) => {
        waited = now;
      }),
    });
    expect(waited).toBe(seconds);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a job that was put back into the queue takes its own lock on another node at once', async () => {
  const { folder } = lockedFolder({ job: '7', restarts: 0 });
  const requeued = world({ host: 'node2', job: '7', restarts: 1 }, () => {
    throw new Error('waited');
  });
  const lock = await lockFolder(folder, { world: requeued });
  expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({
    host: 'node2',
    restarts: 1,
  });
  lock.release();
});

test('another machine that touches its lock while it is watched is respected', async () => {
  const { folder, path } = lockedFolder({ host: 'node2' }, 12);
  const touching = world({}, (seconds) => {
    if (seconds === 8) utimesSync(path, new Date(), new Date());
    if (seconds > 10) throw new Error('watched on');
  });
  await expect(lockFolder(folder, { world: touching })).rejects.toThrow('process 200 on node2 works in it');
  expect(existsSync(path)).toBe(true);
});

test('a lock that is released while it is watched is taken', async () => {
  const { folder, path } = lockedFolder({ host: 'node2' });
  const { rmSync } = await import('node:fs');
  const releasing = world({}, (seconds) => {
    if (seconds === 4) rmSync(path);
  });
  (await lockFolder(folder, { world: releasing })).release();
});

test('waiting ends when it is stopped', async () => {
  const { folder, path } = lockedFolder({ host: 'node2' });
  const reason = new Error('stopped');
  await expect(lockFolder(folder, { world: world(), signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
  expect(readdirSync(folder)).toEqual(['lock']);
  expect(existsSync(path)).toBe(true);
});

test('a process that lost its lock while it was suspended finds out, and leaves the new one', async () => {
  const folder = temporaryFolder();
  const lock = await lockFolder(folder);
  writeFileSync(join(folder, 'lock'), JSON.stringify({ ...there, host: 'node2' }));
  expect(() => lock.requireHeld()).toThrow(
    `${folder} must be used by one process at a time, this one was suspended or cut off and process 200 on node2 has it`,
  );
  lock.release();
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('this machine knows when this process began, where it tells at all', () => {
  const { owner, beganAt, isRunning } = thisProcess();
  expect(owner.pid).toBe(process.pid);
  expect(owner.began).toBe(beganAt(process.pid));
  expect(isRunning(process.pid)).toBe(true);
  if (process.platform === 'linux') expect(owner.began).toMatch(/^[0-9a-f-]{36} \d+$/);
});
