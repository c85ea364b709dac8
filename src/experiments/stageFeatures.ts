import { arraySize } from '../base/arraySize.ts';
import { breath } from '../base/breath.ts';
import type { ComputingOptions } from '../engine/engine.ts';
import type { AuditoryModel, Stage } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';

/** Time-averaged activations of one stage by every sound. */
export interface StageFeatures {
  stage: string;
  /** Features a sound. */
  width: number;
  /** Shape [sounds, width], row-major. */
  values: Float64Array;
}

/**
 * Time-averaged activations of a model's stages.
 *
 * @param waveforms - Sounds, each of shape [model.samples].
 * @param options - Stages; engine and device; `onProgress`: sounds done.
 * @returns One entry a stage. Units without a time axis count as they are.
 */
export async function stageFeatures(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  options: ComputingOptions & {
    stages: readonly string[];
    onProgress?: ((done: number, total: number) => void) | undefined;
    /** Ends the work after the sounds it is at. */
    signal?: AbortSignal | undefined;
  },
): Promise<StageFeatures[]> {
  const { stages, onProgress, signal, ...computing } = options;
  const found = stages.map((name) => model.stages.find((stage) => stage.name === name)!);
  const rows: Float64Array[][] = stages.map(() => []);
  const soundsAtOnce = affordableSounds(model);
  for (let first = 0; first < waveforms.length; first += soundsAtOnce) {
    const part = waveforms.slice(first, first + soundsAtOnce);
    const activations = await computeActivations(model, part, stages, {
      ...{ ...computing, form: 'exact', batch: Math.min(8, soundsAtOnce) },
    });
    for (const ofSound of activations)
      ofSound.forEach((values, s) => {
        rows[s]!.push(timeAverage(values, found[s]!));
      });
    onProgress?.(Math.min(waveforms.length, first + soundsAtOnce), waveforms.length);
    await breath(signal);
  }
  return stages.map((stage, s) => ({
    stage,
    width: rows[s]![0]!.length,
    values: Float64Array.from(rows[s]!.flatMap((row) => [...row])),
  }));
}

const mostSounds = 32;
/** Activations of the largest stage that are held at once: 128 MiB. */
const mostValues = 2 ** 25;

function affordableSounds({ stages }: AuditoryModel): number {
  const largest = Math.max(...stages.map(({ shape }) => arraySize(shape)));
  return Math.max(1, Math.min(mostSounds, Math.floor(mostValues / largest)));
}

/** Place of time among the axes of a stage that has it, whoever made the network: [frequency, time, channel] or [channel, time]. */
const timeAxis = 1;

function timeAverage(values: Float32Array, { shape }: Stage): Float64Array {
  if (shape.length < 2) return Float64Array.from(values);
  const length = shape[timeAxis]!;
  const inner = arraySize(shape.slice(timeAxis + 1));
  const outer = values.length / (length * inner);
  const means = new Float64Array(outer * inner);
  for (let o = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++) means[o * inner + i]! += values[(o * length + t) * inner + i]! / length;
  return means;
}
