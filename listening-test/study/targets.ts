import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { InputError } from '../../src/inputError.ts';
import { foldedLabel } from './foldedLabel.ts';
import { type Run, stemOf } from './readRuns.ts';
import { validated } from './validate.ts';

/** The task in which a sound is heard and its right answer. */
export interface Target {
  task: string;
  target: string;
}

/** Targets by source id. */
export type Targets = ReadonlyMap<string, Target>;

const rowsSchema = z.array(
  z.object({ sound: z.string().min(1), task: z.string().min(1).prefault('word'), target: z.string().min(1) }),
);

/**
 * Reads a table of right answers.
 *
 * @param path - CSV with columns `sound` (file name, with or without folder and ending), `target` and optionally `task`
 *   (default `word`).
 * @returns The targets by source id.
 * @throws InputError when the file is missing or a column is.
 */
export function readTargets(path: string): Targets {
  if (!existsSync(path)) throw new InputError(`${path} must exist, it does not; give a CSV file`);
  const rows = validated(
    rowsSchema,
    parse(readFileSync(path, 'utf8'), { columns: true, skip_empty_lines: true, trim: true, bom: true }),
    path,
  );
  return new Map(rows.map(({ sound, task, target }) => [stemOf(sound), { task, target }]));
}

const noClass = new Set(['', 'null', 'none', 'unknown', '__null__', 'no word', 'no genre']);

/**
 * The right answer a model's own verdict suggests: its class for the reference sound.
 *
 * @param run - A run; `predictedClass.reference` is a label or `word: x, genre: y`.
 * @returns Task and label. With two tasks the stage's own branch decides, else the first task with a class that is not
 *   the null class. A lone label belongs to `word` unless the stage is one of the music branch.
 * @throws InputError when the model recognized nothing.
 */
export function predictedTarget(run: Run): Target {
  const branch = /\.(music|genre)\b/.test(run.stage) ? 'genre' : 'word';
  const said = predictedTasks(run.predictedClass.reference, branch).filter(
    ({ target }) => !noClass.has(foldedLabel(target)),
  );
  const isBranched = /\.(word|music|genre)\b/.test(run.stage);
  const best = (isBranched && said.find(({ task }) => task === branch)) || said[0];
  if (!best)
    throw new InputError(
      `${run.folder}: the right answer of ${run.sourceId} must be known, the model recognized '${run.predictedClass.reference}'; name it with --targets`,
    );
  return best;
}

/**
 * The labels named in a run's verdict.
 *
 * @param text - A label, or `word: x, genre: y`.
 * @param loneTask - The task of a lone label.
 * @returns Task and label of each.
 */
export function predictedTasks(text: string, loneTask = 'word'): Target[] {
  const pairs = [...text.matchAll(/(word|genre):\s*([^,]*?)\s*(?=,\s*(?:word|genre):|$)/g)];
  if (pairs.length === 0) return [{ task: loneTask, target: text.trim() }];
  return pairs.map((pair) => ({ task: pair[1]!, target: pair[2]! }));
}

/**
 * The right answer of a natural sound outside the runs: from the table, else a label that its folder or the beginning
 * of its file name spells.
 *
 * @param sound - Path of the sound.
 * @param targets - Known targets.
 * @param labels - Labels of each task.
 * @returns Task and label.
 * @throws InputError when nothing fits.
 */
export function naturalTarget(
  sound: string,
  targets: Targets,
  labels: ReadonlyMap<string, readonly string[]>,
): Target {
  const known = targets.get(stemOf(sound));
  if (known) return known;
  const spelled = [basename(dirname(sound)), stemOf(sound), stemOf(sound).split(/[-_.\d]/)[0]!].map(
    foldedLabel,
  );
  for (const [task, list] of labels) {
    const target = list.find((label) => spelled.includes(foldedLabel(label)));
    if (target !== undefined) return { task, target };
  }
  throw new InputError(
    `${sound}: the right answer must be known, neither its folder nor its name is a label; name it in --targets (columns sound, task, target)`,
  );
}
