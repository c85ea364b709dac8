import { basename, extname, join } from 'node:path';
import { type ReadSoundOptions, readSound } from '../../../stimuli/readSound.ts';
import { InputError } from '../../base/inputError.ts';
import { type AuditoryModel, checkStages } from '../../model/auditoryModel.ts';

/** A reference sound of a batch. */
export interface ReferenceSound {
  /** Path or bundled name, as given. */
  sound: string;
  /** Shape [samples], at the preset's level. */
  waveform: Float32Array;
}

/** One run of a batch: a sound and the stages it is matched at. */
export interface BatchItem {
  reference: ReferenceSound;
  /** Weight of each stage; several are matched at once. */
  weights: Record<string, number>;
  folder: string;
}

/** Which runs a batch has. */
export interface BatchLayout extends Pick<ReadSoundOptions, 'startSeconds' | 'rms'> {
  /** A run each: a stage, several at once as `conv3+top.word:2`, or `all` stages. */
  stages: readonly string[] | 'all';
  /** Receives `<sound>/<stage>/`. */
  out: string;
}

/**
 * Reads the sounds and lays out a run for each of them and each stage.
 *
 * @param model - The model that the stages are of.
 * @param sounds - Sound files or names of bundled clips.
 * @param layout - Stages, folder, and how the sounds are read.
 * @throws InputError for a sound, stage or output folder that cannot be used.
 */
export async function layOutRuns(
  model: AuditoryModel,
  sounds: readonly string[],
  { stages, out, ...reading }: BatchLayout,
): Promise<BatchItem[]> {
  if (out === '') throw new InputError("must name a folder, got ''; give one", { option: 'out' });
  const names = stages === 'all' ? model.stages.map(({ name }) => name) : stages;
  const asked = distinct(names.map((name) => parseStages(name, model)));
  const references = [];
  for (const sound of sounds) {
    const { samples } = await readSound(sound, { ...reading, model, demean: reading.rms !== null });
    references.push({ sound, waveform: samples });
  }
  return layOutBatch(references, asked, out);
}

/**
 * Lays out a batch: every sound at every stage, each in its own folder `<out>/<sound>/<stage>`.
 *
 * @param references - The sounds.
 * @param stages - For each run of a sound, its stages.
 * @param out - Folder of the batch.
 * @returns The runs, sound by sound.
 * @throws InputError when two sounds share a name, or one's cannot be a folder's.
 */
export function layOutBatch(
  references: readonly ReferenceSound[],
  stages: readonly Record<string, number>[],
  out: string,
): BatchItem[] {
  const names = references.map(({ sound }) => basename(sound, extname(sound)));
  const unfit = names.findIndex((name) => ['', '.', '..'].includes(name));
  if (unfit >= 0)
    throw new InputError(
      `sound '${references[unfit]!.sound}' must have a name that can be a folder's; rename it`,
    );
  // One name can be spelled with composed and with combining letters; some file systems hold them for the same.
  const composed = names.map((name) => name.normalize('NFC'));
  const twice = composed.find((name, i) => composed.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(
      `two sounds are named '${twice}' and would share a folder of ${out}; name each sound once, or rename one of them`,
    );
  return references.flatMap((reference, i) =>
    stages.map((weights) => {
      const folder = join(out, names[i]!, stageLabel(weights).replaceAll(':', '='));
      return { reference, weights, folder };
    }),
  );
}

/** Each combination of stages once, however often it is named. */
function distinct(stages: readonly Record<string, number>[]): Record<string, number>[] {
  return [...new Map(stages.map((weights) => [stageLabel(weights), weights])).values()];
}

/**
 * Reads the name of a combination of stages: a stage, or several joined by `+`, each with an optional weight after a colon.
 *
 * @param text - `conv3`, `conv3+conv5.word`, `conv3:2+top.word:1`.
 * @param model - Its stages are the allowed ones.
 * @returns Weight of each stage.
 * @throws InputError for an unknown stage, one named twice, or a weight that is not positive.
 */
export function parseStages(text: string, model: AuditoryModel): Record<string, number> {
  const parts = text.split('+');
  const weights = Object.fromEntries(
    parts.map((part): [string, number] => {
      const [stage = '', ...rest] = part.split(':');
      const weight = rest.length > 0 ? rest.join(':') : '1';
      checkStages(model, [stage]);
      if (!(Number(weight) > 0 && Number.isFinite(Number(weight))))
        throw new InputError(
          `${text}: the weight of ${stage} must be > 0 and finite, got '${weight}'; give such a number`,
          { option: 'stage' },
        );
      return [stage, Number(weight)];
    }),
  );
  if (Object.keys(weights).length < parts.length)
    throw new InputError(`${text}: each stage must be named once, got one twice; leave it out`, {
      option: 'stage',
    });
  return weights;
}

/** Name of a run's stages in `run.json`; its folder has `=` for `:`, which not every file system takes. */
export function stageLabel(weights: Record<string, number>): string {
  const isPlain = Object.values(weights).every((weight) => weight === 1);
  return Object.entries(weights)
    .map(([stage, weight]) => (isPlain ? stage : `${stage}:${weight}`))
    .join('+');
}

/**
 * Every n-th run of a batch.
 *
 * @param items - The whole batch.
 * @param shard - `index` of `count`, from 0; shards of one batch need no coordinator.
 */
export function shardOf<T>(items: readonly T[], { index, count }: { index: number; count: number }): T[] {
  return items.filter((_, i) => i % count === index);
}
