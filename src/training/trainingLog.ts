import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import { parseJson } from '../base/readJson.ts';
import { validated } from '../base/validate.ts';
import { trainingFiles } from './trainingFiles.ts';
import type { TrainingMetrics } from './trainingMetrics.ts';

const shares = z.record(z.string(), z.number());
const step = z.int().min(0);
const logSchema = z.looseObject({
  step,
  loss: z.number(),
  gradientNorm: z.number(),
  learningRate: z.number(),
  accuracy: shares,
  validation: shares.optional(),
  /** In lines of earlier versions; now in a file of its own. */
  clipsPerSecond: z.number().optional(),
});
const timingSchema = z.looseObject({ step, clipsPerSecond: z.number().positive() });

/**
 * Metrics of a training so far.
 *
 * @returns Lines of `metrics.jsonl` in order, with their speed; a last one that was cut off by a kill is left out. None
 *   without the file.
 * @throws InputError naming the line that is none.
 */
export function readLog(folder: string): TrainingMetrics[] {
  const timing = new Map(
    readLines(join(folder, trainingFiles.timing), timingSchema).map((line) => [
      line.step,
      line.clipsPerSecond,
    ]),
  );
  return readLines(join(folder, trainingFiles.log), logSchema).map(
    ({ clipsPerSecond = Number.NaN, ...line }) =>
      ({ ...line, clipsPerSecond: timing.get(line.step) ?? clipsPerSecond }) as TrainingMetrics,
  );
}

/**
 * Adds a line to a training's log.
 *
 * @param metrics - The line; its speed goes to a file of its own, so that a training that was stopped has the same log.
 */
export function appendToLog(folder: string, { clipsPerSecond, ...line }: TrainingMetrics): void {
  const timing = { step: line.step, clipsPerSecond };
  appendFileSync(join(folder, trainingFiles.timing), `${JSON.stringify(timing)}\n`);
  appendFileSync(join(folder, trainingFiles.log), `${JSON.stringify(line)}\n`);
}

/**
 * Drops lines of the log that a checkpoint does not know of, and one that was cut off.
 *
 * @param folder - The training's folder.
 * @param step - The checkpoint's; 0 without one.
 */
export function dropLinesAfter(folder: string, step: number): void {
  for (const [name, schema] of [
    [trainingFiles.timing, timingSchema],
    [trainingFiles.log, logSchema],
  ] as const) {
    const path = join(folder, name);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    // Lines are only added, with rising steps.
    const count = readLines<{ step: number }>(path, schema).filter((line) => line.step <= step).length;
    const kept = (before ?? '').split('\n').slice(0, count);
    const text = kept.map((line) => `${line}\n`).join('');
    if (text !== before) writeFileAtomic(path, text);
  }
}

/** Lines of JSON whose steps rise; the last one may be cut off. */
function readLines<T extends { step: number }>(path: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(path)) return [];
  const texts = readFileSync(path, 'utf8').split('\n');
  // What is behind the last line break was being written when the process was killed.
  const whole = texts.slice(0, -1);
  const remedy = 'remove the line';
  const lines = whole.map((text, i) => {
    const where = `${path}, line ${i + 1}`;
    return validated(schema, parseJson(text, where, { remedy }), where, { remedy });
  });
  const unordered = lines.findIndex((line, i) => i > 0 && line.step <= lines[i - 1]!.step);
  if (unordered >= 0)
    throw new InputError(
      `${path}, line ${unordered + 1}: field 'step' must be > ${lines[unordered - 1]!.step}, that of the line before, got ${lines[unordered]!.step}; ${remedy}`,
    );
  return lines;
}
