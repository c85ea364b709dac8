import type { AuditoryModel } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';
import { withOversampling } from '../model/withOversampling.ts';
import type { CoarsePart } from '../records/runRecord.ts';
import { compileDescent } from './compileDescent.ts';
import type { Matching } from './descend.ts';
import type { DescentOptions, Lowering } from './descentProgram.ts';
import { oneCompiled } from './oneCompiled.ts';
import type { SynthesisPreset } from './presets.ts';

/** Programs of longer sounds for the two ears would fill the memory if both were there at once. */
const longSeconds = 10;

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
 * @param options - `coarse`: steps with a coarser ear; engine, device, threads.
 */
export async function compileMatching(
  model: AuditoryModel,
  lowering: Lowering,
  references: readonly Float32Array[],
  { coarse, ...compiling }: DescentOptions & { coarse?: CoarsePart | undefined },
): Promise<CompiledMatching> {
  const { sounds = 1, ...computing } = compiling;
  const targetsOf = (hearing: AuditoryModel) =>
    computeActivations(hearing, references, lowering.objective.stages, {
      ...{ ...computing, form: 'fast', batch: 1 },
    });
  const fineTargets = await targetsOf(model);
  const compileFine = () => compileDescent(model, lowering, compiling);
  if (!coarse) {
    const program = await compileFine();
    return {
      matchings: fineTargets.map((targets) => ({ program, targets })),
      release: () => program.release(),
    };
  }
  const coarseModel = withOversampling(model, coarse.oversampling);
  const coarseTargets = await targetsOf(coarseModel);
  const compileCoarse = () => compileDescent(coarseModel, lowering, { ...computing, sounds });
  const isLong = sounds === 1 && model.samples > longSeconds * model.sampleRateHz;
  const [fine, first] = isLong
    ? oneCompiled([compileFine, compileCoarse])
    : [await compileFine(), await compileCoarse()];
  return {
    matchings: fineTargets.map((targets, i) => ({
      ...{ program: fine!, targets },
      coarse: { program: first!, targets: coarseTargets[i]!, steps: coarse.steps },
    })),
    async release() {
      await Promise.all([fine!.release(), first!.release()]);
    },
  };
}
