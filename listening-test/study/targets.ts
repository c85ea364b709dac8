import { basename, dirname } from 'node:path';
import { isMissing } from '../../src/base/csvCells.ts';
import { InputError } from '../../src/base/inputError.ts';
import { type CsvTable, readCsvTable } from '../../src/base/readCsv.ts';
import { foldedLabel } from '../../src/records/foldedLabel.ts';
import { taskOfBuiltInStage } from '../../src/records/stageOrder.ts';
import { bundledClips } from '../../stimuli/bundledClips.ts';
import { type Run, stemOf } from './readRuns.ts';

/** The task in which a sound is heard and its right answer. */
export interface Target {
  task: string;
  target: string;
}

/** Targets by source id. */
export type Targets = ReadonlyMap<string, Target>;

/**
 * Reads a table of right answers.
 *
 * @param path - CSV with columns `sound` (file name, with or without folder and ending), `target` and optionally `task`
 *   (default `word`).
 * @returns The targets by source id.
 * @throws InputError when the file or a column is missing, a cell is empty, or a sound has two answers.
 */
export function readTargets(path: string): Targets {
  const table = readCsvTable(path);
  const { columns, rows, lines } = table;
  if (!columns.includes('sound') || !columns.includes('target'))
    throw new InputError(
      `${path}: the columns must be sound, target and, where it is not word, task, they are ${columns.join(', ')}; rename them`,
    );
  const targets = new Map<string, Target>();
  rows.forEach((row, i) => {
    const { sound, target, task } = targetOf(table, row, `${path} line ${lines[i]}`);
    const earlier = targets.get(stemOf(sound));
    if (earlier && (earlier.task !== task || earlier.target !== target))
      throw new InputError(
        `${path} line ${lines[i]}: sound '${stemOf(sound)}' must have one answer, got '${target}' after '${earlier.target}'; keep one of them`,
      );
    targets.set(stemOf(sound), { task, target });
  });
  return targets;
}

function targetOf({ columns }: CsvTable, row: readonly string[], where: string): Target & { sound: string } {
  const cell = (name: string, absent?: string) => {
    const text = row[columns.indexOf(name)] ?? '';
    const filled = isMissing(text) ? absent : text;
    if (filled === undefined)
      throw new InputError(`${where}: column '${name}' must be filled in; name it or remove the row`);
    return filled;
  };
  return { sound: cell('sound'), target: cell('target'), task: cell('task', 'word') };
}

/**
 * The right answers of the clips that ship with the package, if any of them is used.
 *
 * @param sounds - Source ids and natural sounds of the study.
 * @returns The targets of all bundled clips, so that their labels are offered together; none if none is used.
 */
export function bundledTargets(sounds: readonly string[]): Targets {
  const clips = bundledClips();
  const used = new Set(sounds.map(stemOf));
  if (!clips.some(({ name }) => used.has(name))) return new Map();
  return new Map(
    clips.flatMap(({ name, word, genre }): [string, Target][] => {
      if (word) return [[name, { task: 'word', target: word }]];
      return genre ? [[name, { task: 'genre', target: genre }]] : [];
    }),
  );
}

const noClass = new Set(['', 'null', 'none', 'unknown', '__null__']);

/**
 * The right answer the model's own verdicts suggest: its class for the reference sound.
 *
 * @param runs - All runs of one source.
 * @returns Task and label: the word task's if one of the runs has a class there that is not the null class, else the
 *   next task's; null when the model recognized nothing. A label without a task belongs to `word` unless the stage is
 *   of a built-in model's music branch.
 */
export function predictedTarget(runs: readonly Run[]): Target | null {
  const said = runs.flatMap((run) => saidLabels(run, 'reference'));
  return said.find(({ task }) => task === 'word') ?? said[0] ?? null;
}

/**
 * The labels a model gave to one sound of a run; null classes are left out.
 *
 * @returns Task and label of each.
 */
export function saidLabels(run: Run, sound: 'reference' | 'metamer'): Target[] {
  const lone = taskOfBuiltInStage(run.stage);
  return Object.entries(run.predictedClasses)
    .map(([task, classes]) => ({
      task: task === 'music' ? 'genre' : task || lone,
      target: classes[sound].trim(),
    }))
    .filter(({ target }) => !noClass.has(foldedLabel(target)));
}

/**
 * The right answer of a natural sound outside the runs: from the table, else a label that its folder or the beginning
 * of its file name spells.
 *
 * @param sound - Path of the sound.
 * @param targets - Known targets.
 * @param labels - Labels of each task.
 * @returns Task and label; null when nothing fits.
 */
export function naturalTarget(
  sound: string,
  targets: Targets,
  labels: ReadonlyMap<string, readonly string[]>,
): Target | null {
  const known = targets.get(stemOf(sound));
  if (known) return known;
  const spelled = [basename(dirname(sound)), stemOf(sound), stemOf(sound).split(/[-_.\d]/)[0]!].map(
    foldedLabel,
  );
  for (const [task, list] of labels) {
    const target = list.find((label) => spelled.includes(foldedLabel(label)));
    if (target !== undefined) return { task, target };
  }
  return null;
}

/**
 * Refuses sounds without a right answer, all of them in one sentence.
 *
 * @param sounds - Sounds whose right answer nobody named.
 * @param why - Why it could not be guessed.
 * @throws InputError when there are any.
 */
export function requireAnswers(sounds: readonly string[], why: string): void {
  if (sounds.length === 0) return;
  const answers = sounds.length === 1 ? 'the right answer' : 'the right answers';
  const them = sounds.length === 1 ? 'it' : 'them';
  throw new InputError(
    `${answers} of ${sounds.join(', ')} must be known, ${why}; name ${them} in targets (by sound: task and target)`,
  );
}
