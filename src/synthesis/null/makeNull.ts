import { tmpdir } from 'node:os';
import { type Sound, samplesOf, soundHash } from '../../../stimuli/sound.ts';
import { arraySize } from '../../base/arraySize.ts';
import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { computeActivations } from '../../model/computeActivations.ts';
import { openScratchFile, requireRoom, type ScratchFile } from './scratchFile.ts';
import { type ChosenPairs, type NullSeconds, type StageNull, stageNull } from './stageNull.ts';

/** How a null distribution is made. */
export interface NullOptions extends CompileOptions {
  /** Pairs wanted, default a million; all there are when there are fewer. */
  pairs?: number;
  /** What the sounds are called, for messages. */
  names?: readonly string[];
  /** Seed of the choice among more pairs than wanted; default 1. */
  seed?: number;
  /**
   * Holds the activations meanwhile, default the system's temporary folder; on a disk with room, its files are gone
   * afterwards in any case.
   */
  scratchFolder?: string;
  onProgress?: (stage: string, done: number, total: number) => void;
}

/** A null distribution and what it took. */
export interface MadeNull {
  model: string;
  modelHash: string;
  /** How many. */
  sounds: number;
  pairs: number;
  stages: Record<string, StageNull>;
  seconds: NullSeconds;
}

/**
 * How well random pairs of sounds match at every stage of a model.
 *
 * n sounds have n(n−1)/2 pairs: each sound is run once, its activations are ranked once, and the measures of all pairs
 * follow from blocked matrix products. Activations lie on disk; only two blocks of them are in memory.
 *
 * @param sounds - Each of the model's length and rate.
 * @param options - Pairs, seed, engine.
 * @returns The number of pairs, the distributions by stage, and the time that went into sounds and into pairs. Of the
 *   two directions of a pair's SNR the larger counts.
 * @throws InputError when there are fewer than two sounds, or no room for their activations.
 * @see Feather et al. (2023), Methods: a metamer must exceed the largest value of a million random pairs.
 */
export async function nullDistribution(
  model: AuditoryModel,
  sounds: readonly (Sound | Float32Array)[],
  { pairs = 1e6, seed = 1, scratchFolder = tmpdir(), ...watching }: NullOptions = {},
): Promise<MadeNull> {
  const options = { ...watching, pairs, seed, scratchFolder };
  const waveforms = sounds.map(samplesOf);
  const count = waveforms.length;
  if (count < 2)
    throw new InputError(`a null distribution must come from ≥ 2 sounds, got ${count}; give more sounds`);
  refuseTwins(waveforms, options.names);
  const chosen = choosePairs(count, options);
  const sizes = model.stages.map(({ shape }) => arraySize(shape));
  const units = sizes.reduce((sum, size) => sum + size, 0) + Math.max(...sizes);
  requireRoom(options.scratchFolder, 4 * count * units);
  const files = sizes.map(() => openScratchFile(options.scratchFolder));
  const seconds = { sounds: 0, pairs: 0 };
  try {
    const startedAt = performance.now();
    await writeActivations(model, waveforms, files, options);
    seconds.sounds = (performance.now() - startedAt) / 1000;
    const stages: Record<string, StageNull> = {};
    for (const [i, { name }] of model.stages.entries()) {
      stages[name] = await stageNull(files[i]!, { count, size: sizes[i]!, chosen, seconds }, options);
      options.onProgress?.(name, i + 1, model.stages.length);
    }
    const { name, hash } = model;
    return { model: name, modelHash: hash, sounds: count, pairs: chosen.total, stages, seconds };
  } finally {
    for (const file of files) file.close();
  }
}

/** The same sound twice would match itself perfectly, and no metamer could do better. */
function refuseTwins(waveforms: readonly Float32Array[], names?: readonly string[]): void {
  const nameOf = (i: number) => names?.[i] ?? `number ${i + 1}`;
  const seen = new Map<string, number>();
  for (const [i, waveform] of waveforms.entries()) {
    const hash = soundHash(waveform);
    const twin = seen.get(hash);
    if (twin !== undefined)
      throw new InputError(
        `the sounds of a null distribution must differ, ${nameOf(twin)} and ${nameOf(i)} are the same; remove one`,
      );
    seen.set(hash, i);
  }
}

/** All pairs, or a random choice of the wanted number. */
function choosePairs(count: number, { pairs, seed }: { pairs: number; seed: number }): ChosenPairs {
  const all = (count * (count - 1)) / 2;
  if (all <= pairs) return { total: all, has: () => true };
  // Selection sampling (Knuth, Algorithm S): each pair with the chance that leaves exactly the wanted number.
  const taken = new Uint8Array(all);
  const random = createRandom(seed);
  for (let pair = 0, left = pairs; pair < all && left > 0; pair++)
    if (random.uniform() * (all - pair) < left) {
      taken[pair] = 1;
      left--;
    }
  return { total: pairs, has: (pair) => taken[pair] === 1 };
}

/** A row a sound into the file of each stage. */
async function writeActivations(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  files: readonly ScratchFile[],
  options: NullOptions,
): Promise<void> {
  const names = model.stages.map(({ name }) => name);
  const batch = 8;
  for (let first = 0; first < waveforms.length; first += 8 * batch) {
    const part = waveforms.slice(first, first + 8 * batch);
    const rows = await computeActivations(model, part, names, { ...options, form: 'fast', batch });
    for (const row of rows) for (const [i, values] of row.entries()) files[i]!.write(values);
    options.onProgress?.('activations', Math.min(first + 8 * batch, waveforms.length), waveforms.length);
  }
}
