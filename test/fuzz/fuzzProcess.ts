import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { createRandom } from '../../src/base/random.ts';
import { mutated } from './mutations.ts';
import { type Reader, readers } from './readers.ts';

// Reads changed files one after the other and tells in lines of JSON what came of it; a process of its own, so that one
// that hangs can be ended and one that takes too much memory dies alone. node fuzzProcess.ts FOLDER SEED COUNT [NAME]

/** What came of a reader's changed files. */
export interface FuzzReport {
  reader: string;
  inputs: number;
  /** How many were read, the others were refused in a sentence. */
  read: number;
  violations: { index: number; error: string }[];
  /** The slowest, CPU seconds. */
  slowestSeconds: number;
  /** Most memory of the process so far. */
  peakMiB: number;
}

const [folder, seed, count, only] = process.argv.slice(2) as [string, string, string, string | undefined];

// Words on the console would be taken for reports; decoders print some.
const tell = (report: object) => process.stdout.write(`${JSON.stringify(report)}\n`);

for (const reader of await readers(folder))
  if (only === undefined || reader.name.includes(only))
    tell(await fuzzed(reader, Number(seed), Number(count)));

async function fuzzed(reader: Reader, firstSeed: number, inputs: number): Promise<FuzzReport> {
  const right = readFileSync(reader.file);
  const report: FuzzReport = {
    reader: reader.name,
    inputs,
    read: 0,
    violations: [],
    slowestSeconds: 0,
    peakMiB: 0,
  };
  const outcomeOfRight = await outcome(reader);
  if (outcomeOfRight !== 'read')
    report.violations.push({ index: -1, error: `the right file: ${outcomeOfRight}` });
  for (let index = 0; index < inputs; index++) {
    const changed = mutated(right, createRandom(firstSeed * 1_000_003 + index));
    writeFileSync(reader.file, reader.mend && index % 2 === 0 ? reader.mend(changed) : changed);
    writeFileSync(join(folder, 'current'), JSON.stringify({ reader: reader.name, index }));
    const before = process.cpuUsage().user;
    const result = await outcome(reader);
    report.slowestSeconds = Math.max(report.slowestSeconds, (process.cpuUsage().user - before) / 1e6);
    if (result === 'read') report.read++;
    else if (result !== 'refused') report.violations.push({ index, error: result });
  }
  writeFileSync(reader.file, right);
  report.peakMiB = process.resourceUsage().maxRSS / 1024;
  return report;
}

/** `read`, `refused` in one sentence, or else what went wrong. */
async function outcome(reader: Reader): Promise<string> {
  try {
    await reader.read();
    return 'read';
  } catch (error) {
    if (!(error instanceof InputError))
      return error instanceof Error ? String(error.stack).slice(0, 1500) : String(error);
    // Stacks and lines of other programs are no sentence.
    return /\n\s+at |received undefined|\[object Object\]/.test(error.message) ? error.message : 'refused';
  }
}
