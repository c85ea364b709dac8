import { createRandom } from '../../base/random.ts';
import { type Causes, causeNames, drawCauses, isEffective, placeOf, sourceKinds } from './causes.ts';
import { synthesizeCauses } from './synthesizeCauses.ts';

/** Sounds and what made them. */
export interface CausesBatch {
  causes: Causes[];
  /** Shape [batch, samples]. */
  waveforms: Float32Array;
  /** Class of each source; shape [batch]. */
  sources: Int32Array;
  /** Places of the causes in their ranges, −1 … 1; shape [batch, causes]. */
  places: Float32Array;
  /** 1 where a cause has an effect, else 0; shape [batch, causes]. */
  effective: Float32Array;
}

/** For what sounds are drawn: each has a sequence of its own, whatever the seed. */
export type Purpose = 'training' | 'validation' | 'held out';

/**
 * Draws sounds. They depend on purpose, seed and index alone.
 *
 * @param size - Sounds, their rate and length in samples.
 * @param stream - Purpose, seed, and the index of the batch.
 */
export function drawCausesBatch(
  { batchSize, sampleRateHz, samples }: { batchSize: number; sampleRateHz: number; samples: number },
  { purpose, seed, index }: { purpose: Purpose; seed: number; index: number },
): CausesBatch {
  const waveforms = new Float32Array(batchSize * samples);
  const causes = Array.from({ length: batchSize }, (_, i) => {
    const random = createRandom(seed, 'causes', purpose, index, i);
    const drawn = drawCauses(random);
    waveforms.set(synthesizeCauses(drawn, { sampleRateHz, samples, random }), i * samples);
    return drawn;
  });
  const each = (value: (causes: Causes, name: (typeof causeNames)[number]) => number) =>
    Float32Array.from(causes.flatMap((drawn) => causeNames.map((name) => value(drawn, name))));
  return {
    ...{ causes, waveforms },
    sources: Int32Array.from(causes, ({ source }) => sourceKinds.indexOf(source)),
    places: each((drawn, name) => placeOf(name, drawn[name])),
    effective: each((drawn, name) => (isEffective(name, drawn) ? 1 : 0)),
  };
}
