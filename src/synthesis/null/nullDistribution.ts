import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { modelFiles, modelFolder } from '../../model/loadModel.ts';
import type { StageMatch } from '../../records/runRecord.ts';

const measure = z.looseObject({ max: z.number() });
/** Open: later versions may keep more of a distribution. */
const schema = z.looseObject({
  model: z.string(),
  modelHash: z.string(),
  pairs: z.number(),
  stages: z.record(z.string(), z.looseObject({ spearman: measure, pearson: measure, snrDb: measure })),
});

/** How well random pairs of natural sounds match at a model's stages. */
export type NullDistribution = z.infer<typeof schema> & {
  /** Where it was read. */
  path?: string;
};

/**
 * The null distribution that a command shall use: the given one, else the one beside the model's weights.
 *
 * @param asked - A file, `none`, or undefined when the user said nothing.
 * @param model - Name or folder of the model, its hash, ear and length; what lies beside the weights is of the published
 *   ear and of the network's own length.
 * @returns Undefined for `none`, or when the model has none beside it.
 * @throws InputError when it cannot be read or is another model's.
 */
export function findNull(
  asked: string | undefined,
  model: { nameOrFolder: string } & Pick<AuditoryModel, 'hash' | 'ownLength'> &
    Partial<Pick<AuditoryModel, 'cochleagram'>>,
): NullDistribution | undefined {
  if (asked === 'none') return undefined;
  if (asked !== undefined) return readNullDistribution(asked, model.hash);
  if (model.cochleagram?.impairment || model.ownLength) return undefined;
  if (model.nameOrFolder.endsWith('.onnx')) return nullBesideOnnx(model.nameOrFolder, model.hash);
  const beside = join(modelFolder(model.nameOrFolder), modelFiles.nullDistribution);
  return existsSync(beside) ? readNullDistribution(beside, model.hash) : undefined;
}

/** `net.null.json` beside `net.onnx`, or a `null.json` there that is of this model: files of several may lie in one folder. */
function nullBesideOnnx(path: string, hash: string): NullDistribution | undefined {
  const own = path.replace(/\.onnx$/, '.null.json');
  if (existsSync(own)) return readNullDistribution(own, hash);
  const beside = join(dirname(path), modelFiles.nullDistribution);
  if (!existsSync(beside)) return undefined;
  const { modelHash } = readJson(beside, schema, { what: 'a null distribution' });
  return modelHash === hash ? readNullDistribution(beside, hash) : undefined;
}

/**
 * The null distribution that a model's metamers are held against.
 *
 * @param model - Whose weights the file may lie beside, and whose hash it must have.
 * @param given - A distribution, or `none`; default: the one beside the model's weights, where there is one.
 * @throws InputError when the one beside the weights cannot be read or is another model's.
 */
export function nullFor(
  model: Pick<AuditoryModel, 'name' | 'path' | 'hash' | 'cochleagram' | 'ownLength'>,
  given: NullDistribution | 'none' | undefined,
): NullDistribution | undefined {
  if (given === 'none') return undefined;
  return given ?? findNull(undefined, { nameOrFolder: model.path ?? model.name, ...model });
}

/**
 * Text of a null distribution's file: indented JSON with each histogram in one line, so that it stays small.
 *
 * @param distribution - What `metamer null` made.
 */
export function nullDistributionText(distribution: object): string {
  const indented = JSON.stringify(distribution, null, 2);
  return `${indented.replace(/\[[\d\s,]*\]/g, (counts) => counts.replaceAll(/\s+/g, ''))}\n`;
}

/**
 * Reads a null distribution.
 *
 * @param path - What `metamer null` wrote.
 * @param modelHash - The model it must belong to.
 * @throws InputError when it cannot be read or is another model's.
 */
export function readNullDistribution(path: string, modelHash: string): NullDistribution {
  const distribution = readJson(path, schema, {
    what: 'a null distribution',
    remedy: 'make one for this model',
  });
  if (distribution.modelHash !== modelHash)
    throw new InputError(
      `${path} must belong to the model with hash ${modelHash.slice(0, 12)}…, it is of ${distribution.model} (${distribution.modelHash.slice(0, 12)}…); make one for this model`,
      { remedy: { null: 'none' } },
    );
  return { ...distribution, path };
}

/**
 * The largest values that random pairs reach at a stage.
 *
 * @param distribution - The null distribution.
 * @param stage - Name of the stage.
 * @throws InputError when it lacks the stage.
 */
export function maximaAt(distribution: NullDistribution, stage: string): StageMatch {
  const found = distribution.stages[stage];
  if (!found)
    throw new InputError(
      `the null distribution of ${distribution.model} must hold stage '${stage}', it has ${Object.keys(distribution.stages).join(', ')}; make it anew`,
    );
  return { spearman: found.spearman.max, pearson: found.pearson.max, snrDb: found.snrDb.max };
}
