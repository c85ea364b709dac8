import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { preparePages } from './chromium.ts';

const root = join(import.meta.dirname, '../..');

/** A server in a process of its own, as `metamer serve` starts it. */
export interface ServerProcess {
  base: string;
  port: number;
  /** Resident memory, MiB. */
  memoryMiB(): number;
  /** Time the processors worked for it, s. */
  cpuSeconds(): number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Ends it as Ctrl+C does; returns its exit code. */
  stop(): Promise<number | null>;
  /** What it wrote to stderr. */
  log(): string;
}

/** How to start a server. */
interface StartOptions {
  port?: number;
  databaseUrl?: string | undefined;
  environment?: Record<string, string>;
  /** As it is deployed, from what `npm run build` made; else from the sources, whose start takes seconds. */
  isBuilt?: boolean;
}

/** Starts `metamer serve`. */
export async function startServer(folder: string, options: StartOptions = {}): Promise<ServerProcess> {
  await preparePages();
  const { DATABASE_URL: _, ...inherited } = process.env;
  const program = options.isBuilt
    ? [join(root, 'dist/src/cli/main.js')]
    : ['--import', 'tsx', join(root, 'src/cli/main.ts')];
  const child = spawn(process.execPath, [...program, 'serve', folder, '--port', String(options.port ?? 0)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      METAMER_RATE_LIMIT: '1000000',
      ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
      ...options.environment,
    },
  });
  // A test that fails before it stops its server leaves none running.
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const base = await printedAddress(child, () => errors);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    base,
    port: Number(new URL(base).port),
    memoryMiB: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
    cpuSeconds: () => {
      // Fields 14 and 15 after the name in parentheses: user and system time in ticks, a hundred a second.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGINT');
      return ended;
    },
    log: () => errors,
  };
}

function printedAddress(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /participants: +(http\S+?)\/\n/.exec(output);
      if (found) resolve(found[1]!);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${errors()}`)));
  });
}
