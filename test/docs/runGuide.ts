import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/base/packagePath.ts';
import { type CodeBlock, fateOf, linesMissing } from './codeBlocks.ts';

/** Who reads a guide along. */
export interface GuideReader {
  /** An empty folder with the package installed. */
  folder: string;
  /** Does what the guide asks of a person once a server has printed its addresses. */
  onServe?: (participants: string) => Promise<void>;
}

/**
 * Does what a guide says: runs and saves its blocks in order, and looks for what it says is printed.
 *
 * @param blocks - Of the guide.
 * @param reader - Where, and who takes part in its study.
 * @throws Error naming the line whose block fails, or the lines that were not printed.
 */
export async function runGuide(
  blocks: readonly CodeBlock[],
  { folder, onServe }: GuideReader,
): Promise<void> {
  const servers: ChildProcess[] = [];
  let printed = '';
  try {
    for (const block of blocks) {
      const fate = fateOf(block);
      if (fate === 'saved') writeFileSync(join(folder, block.word), block.code);
      if (fate === 'run') printed = await shell(block, folder);
      if (fate === 'serve') {
        const server = await serve(block, folder);
        servers.push(server.child);
        printed = server.printed;
        await onServe?.(/participants: +(\S+?)\/\n/.exec(printed)![1]!);
      }
      if (fate === 'printed') expectPrinted(block, printed);
      // What comes after a block that is not run is not of the block before it.
      if (!['saved', 'printed', 'run', 'serve', 'shown'].includes(fate)) printed = '';
    }
  } finally {
    for (const { pid } of servers) process.kill(-pid!, 'SIGINT');
  }
}

function expectPrinted({ code, line }: CodeBlock, printed: string): void {
  const missing = linesMissing(code, printed);
  if (missing.length > 0)
    throw new Error(`line ${line}: not printed:\n${missing.join('\n')}\nbut:\n${printed}`);
}

/** The package is installed already, so `npx` has nothing to ask the network for. */
const preamble = 'set -euo pipefail\nnpx() { "$@"; }\n';

function start({ code }: CodeBlock, folder: string): ChildProcess {
  const { DATABASE_URL: _, ...environment } = process.env;
  const path = [join(folder, 'node_modules/.bin'), packagePath('node_modules/.bin'), environment['PATH']];
  return spawn('bash', ['-c', `${preamble}${code}`], {
    cwd: folder,
    env: { ...environment, PATH: path.join(':'), METAMER_RATE_LIMIT: '1000000' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Runs a block to its end; returns what it printed. */
function shell(block: CodeBlock, folder: string): Promise<string> {
  const child = start(block, folder);
  return new Promise((resolve, reject) => {
    const printed = heard(child);
    child.once('exit', (code) => {
      if (code === 0) resolve(printed());
      else reject(new Error(`line ${block.line}: ended with ${code}:\n${block.code}${printed()}`));
    });
  });
}

/** Starts a block that goes on; a free port stands in for the one of the guide. */
async function serve(block: CodeBlock, folder: string): Promise<{ child: ChildProcess; printed: string }> {
  const child = start({ ...block, code: block.code.replace('--port 8080', '--port 0') }, folder);
  const printed = heard(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', () => printed().includes('experimenters:') && resolve());
    child.once('exit', (code) => reject(new Error(`line ${block.line}: ended with ${code}: ${printed()}`)));
  });
  child.removeAllListeners('exit');
  return { child, printed: printed() };
}

function heard({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr])
    stream!.on('data', (chunk: Buffer) => {
      text += chunk;
    });
  return () => text;
}
