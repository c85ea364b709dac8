import type { AuditoryModel } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';
import { withOversampling } from '../model/withOversampling.ts';
import type { CoarsePart } from '../records/runRecord.ts';
import { compileDescent } from './compileDescent.ts';
import type { Matching } from './descend.ts';
import type { DescentOptions, Lowering } from './descentProgram.ts';
import type { SynthesisPreset } from './presets.ts';

/** An objective compiled for a batch of reference sounds. */
export interface CompiledMatching {
  /** What is lowered for each of the references. */
  matchings: readonly Matching[];
  release(): Promise<void>;
}

/**
 * The steps that a synthesis takes with a coarser ear before those with the model's own.
 *
 * @param preset - Its share of coarse steps.
 * @param steps - Of the whole synthesis.
 * @returns Nothing where the preset has no such steps, or the model's ear is as coarse or not in the graph.
 */
export function coarsePartOf(
  { coarse }: SynthesisPreset,
  steps: number,
  model: Pick<AuditoryModel, 'oversampling' | 'takesWaveform'>,
): CoarsePart | undefined {
  if (!coarse || model.takesWaveform || model.oversampling <= coarse.oversampling) return undefined;
  const coarseSteps = Math.floor(coarse.share * steps);
  return coarseSteps > 0 ? { oversampling: coarse.oversampling, steps: coarseSteps } : undefined;
}

/**
 * Compiles an objective, and computes what it holds metamers to.
 *
 * @param lowering - What is lowered, with what the references give at its stages, and by which rule.
 * @param references - Each of shape [model.samples].
 * @param options - `coarse`: steps with a coarser ear; engine, device, threads, where to save the ONNX model.
 */
export async function compileMatching(
  model: AuditoryModel,
  lowering: Lowering,
  references: readonly Float32Array[],
  { coarse, ...compiling }: DescentOptions & { coarse?: CoarsePart | undefined },
): Promise<CompiledMatching> {
  const fine = await heardBy(model, lowering, references, compiling);
  if (!coarse)
    return {
      matchings: fine.targets.map((targets) => ({ program: fine.program, targets })),
      release: () => fine.program.release(),
    };
  const { saveOnnxPath: _, ...unsaved } = compiling;
  const first = await heardBy(withOversampling(model, coarse.oversampling), lowering, references, unsaved);
  return {
    matchings: fine.targets.map((targets, i) => ({
      ...{ program: fine.program, targets },
      coarse: { program: first.program, targets: first.targets[i]!, steps: coarse.steps },
    })),
    async release() {
      await Promise.all([fine.program.release(), first.program.release()]);
    },
  };
}

/** Program of an objective, and the references' activations at its stages by reference, heard by one ear. */
async function heardBy(
  model: AuditoryModel,
  lowering: Lowering,
  references: readonly Float32Array[],
  compiling: DescentOptions,
) {
  const { saveOnnxPath: _, sounds: __, ...computing } = compiling;
  const targets = await computeActivations(model, references, lowering.objective.stages, {
    ...{ ...computing, form: 'fast', batch: 1 },
  });
  return { targets, program: await compileDescent(model, lowering, compiling) };
}
