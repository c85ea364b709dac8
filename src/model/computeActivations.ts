import type { Tensor } from '@tensorflow/tfjs';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { InputError } from '../base/inputError.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, Program } from '../engine/engine.ts';
import { prefixed, unprefixed } from '../engine/names.ts';
import { type AuditoryModel, checkStages } from './auditoryModel.ts';

/** The cochleagram's two forms: float64 without approximation, or the one inside the graph. */
export const cochleagramForms = ['exact', 'fast'] as const;
/** Form of the cochleagram. */
export type CochleagramForm = (typeof cochleagramForms)[number];

/** How activations of many sounds are computed. */
export interface ComputeOptions extends CompileOptions {
  form: CochleagramForm;
  /** Sounds a run; default 8. */
  batch?: number;
  /** Hears how many sounds are done. */
  onHeard?: (done: number, total: number) => void;
}

/**
 * Computes activations of sounds.
 *
 * @param waveforms - Each of shape [model.samples].
 * @param options - Form of the cochleagram, engine, device.
 * @returns Values by sound, then by stage as asked for, row-major.
 * @throws InputError for an unknown stage, a waveform of another length, an engine that is not there, or activations that
 *   are not finite.
 */
export async function computeActivations(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  stageNames: readonly string[],
  options: ComputeOptions,
): Promise<Float32Array[][]> {
  checkStages(model, stageNames);
  const wrong = waveforms.find(({ length }) => length !== model.samples);
  if (wrong)
    throw new InputError(
      `${model.name} takes sounds of ${model.samples} samples, got ${wrong.length}; cut or resample them`,
    );
  const form = model.takesWaveform ? 'fast' : options.form;
  const inputs = form === 'exact' ? exactCochleagrams(model, waveforms) : waveforms;
  const batch = Math.min(options.batch ?? 8, inputs.length);
  if (batch === 0) return [];
  const program = await batchProgram(model, stageNames, batch, { ...options, form });
  try {
    const results: Float32Array[][] = [];
    for (let first = 0; first < inputs.length; first += batch) {
      const part = inputs.slice(first, first + batch);
      results.push(...(await runBatch(program, part, { batch, stageNames })));
      options.onHeard?.(results.length, inputs.length);
    }
    requireFinite(model.name, stageNames, results);
    return results;
  } finally {
    await program.release();
  }
}

/** A model's own maths may leave the numbers: then every comparison with it would be void. */
function requireFinite(
  modelName: string,
  stageNames: readonly string[],
  results: readonly Float32Array[][],
): void {
  const isWhole = (values: Float32Array) => values.every(Number.isFinite);
  const sound = results.findIndex((ofSound) => !ofSound.every(isWhole));
  if (sound < 0) return;
  const stage = results[sound]!.findIndex((values) => !isWhole(values));
  throw new InputError(
    `stage '${stageNames[stage]}' of ${modelName} must be finite, sound ${sound + 1} makes it ${results[sound]![stage]!.find((value) => !Number.isFinite(value))}; mend the model or the level of the sound`,
  );
}

function exactCochleagrams(model: AuditoryModel, waveforms: readonly Float32Array[]): Float32Array[] {
  const ear = createExactCochleagram(model.cochleagram, model.samples);
  return waveforms.map((waveform) => Float32Array.from(ear.analyze(waveform)));
}

function batchProgram(
  model: AuditoryModel,
  stageNames: readonly string[],
  batch: number,
  options: ComputeOptions,
): Promise<Program<'sounds'>> {
  const distinct = [...new Set(stageNames)];
  const named = (activations: Tensor[]) => {
    const stages = distinct.map((name, i) => [name, activations[i]!]);
    return prefixed('stage', Object.fromEntries(stages) as Record<string, Tensor>);
  };
  if (options.form === 'fast')
    return compile(
      ({ sounds }) => named(model.activations(sounds, distinct)),
      { sounds: { shape: [batch, model.samples] } },
      options,
    );
  const { shape } = model.stages[0]!;
  return compile(
    ({ sounds }) => named(model.activationsOfCochleagram(sounds, distinct)),
    { sounds: { shape: [batch, ...shape] } },
    options,
  );
}

/** Runs one batch; missing sounds at the end are filled with zeros and dropped from the result. */
async function runBatch(
  program: Program<'sounds'>,
  inputs: readonly Float32Array[],
  { batch, stageNames }: { batch: number; stageNames: readonly string[] },
): Promise<Float32Array[][]> {
  const length = inputs[0]!.length;
  const sounds = new Float32Array(batch * length);
  inputs.forEach((input, i) => {
    sounds.set(input, i * length);
  });
  const outputs = unprefixed('stage', await program.run({ sounds }));
  return inputs.map((_, i) =>
    stageNames.map((name) => {
      const output = outputs[name]!;
      const size = output.length / batch;
      return output.slice(i * size, (i + 1) * size);
    }),
  );
}
