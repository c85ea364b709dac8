/** Transactions that share one sync to the disk. */
export interface GroupCommit {
  /** Opens a transaction; the one before it must have ended. */
  begin(): void;
  /** Ends the open transaction; the promise is kept once it is synced to the disk, broken when that failed. */
  commit(): Promise<void>;
  /** Undoes the open transaction; those before it stand. */
  rollback(): void;
  /** Syncs now what waits for it. Must not be called while a transaction is open. */
  end(): void;
}

/** Longest time a transaction waits for others to share its sync, ms. */
const longestWaitMs = 5;

/**
 * Group commit: transactions that follow each other closely become savepoints of one outer transaction, which is
 * committed, and so synced, once. Nobody is told of a commit before that sync.
 *
 * @param run - Runs one SQL statement at once.
 * @returns The group's commands.
 */
export function groupCommit(run: (sql: string) => void): GroupCommit {
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] | null = null;
  let openedAt = 0;
  let isOpen = false;
  const end = () => {
    if (!waiting) return;
    const settled = waiting;
    waiting = null;
    try {
      run('COMMIT');
      for (const { resolve } of settled) resolve();
    } catch (error) {
      undo(run);
      for (const { reject } of settled) reject(error);
    }
  };
  // After whatever else is ready to run, so that it can join.
  const endSoon = () =>
    void setImmediate(() => {
      if (!isOpen) end();
    });
  return {
    begin() {
      if (waiting && performance.now() - openedAt > longestWaitMs) end();
      if (!waiting) {
        run('BEGIN IMMEDIATE');
        waiting = [];
        openedAt = performance.now();
      }
      run('SAVEPOINT own');
      isOpen = true;
    },
    commit() {
      isOpen = false;
      try {
        run('RELEASE own');
      } catch (error) {
        end();
        throw error;
      }
      endSoon();
      return new Promise((resolve, reject) => {
        waiting!.push({ resolve, reject });
      });
    },
    rollback() {
      isOpen = false;
      try {
        run('ROLLBACK TO own');
        run('RELEASE own');
        endSoon();
      } catch {
        // SQLite itself has undone the outer transaction (disk full, for one): ending it tells those who wait.
        end();
      }
    },
    end,
  };
}

function undo(run: (sql: string) => void): void {
  try {
    run('ROLLBACK');
  } catch {
    // There is nothing to undo any more.
  }
}
