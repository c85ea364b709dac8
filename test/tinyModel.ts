import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cochleagramParameters, defaultOversampling } from '../cochlea/parameters.ts';
import { createRandom } from '../src/base/random.ts';
import { writeSafetensors } from '../src/formats/safetensors.ts';
import type { AuditoryModel } from '../src/model/auditoryModel.ts';
import { createAuditoryModel, networkOf } from '../src/model/createAuditoryModel.ts';
import { modelFiles } from '../src/model/loadModel.ts';
import type { ModelDescription } from '../src/model/modelDescription.ts';
import { randomWeights } from '../src/model/weightStore.ts';
import { smallEar } from './cochlea/smallEar.ts';

/** Description of a branched model of half-second sounds, small enough for a synthesis in a test. */
export const tinyDescription: ModelDescription = {
  version: 1,
  name: 'tiny',
  preset: 'branched',
  width: 0.05,
  branchPoint: 7,
  labels: { word: ['__null__', 'yes', 'no'], genre: ['__null__', 'waltz', 'march'] },
  cochleagram: cochleagramParameters({ ...smallEar, overcomplete: 2 }),
  samples: 4000,
};

/** The model of {@link tinyDescription} with random weights. */
export function tinyModel(): AuditoryModel {
  const plan = networkOf(tinyDescription);
  return createAuditoryModel(tinyDescription, {
    plan,
    weights: randomWeights(plan, 1),
    oversampling: defaultOversampling,
    hash: 'tiny',
  });
}

/**
 * Writes {@link tinyModel} as a model's folder.
 *
 * @param folder - An existing folder.
 * @param changes - What of the description shall differ.
 */
export function writeTinyModel(folder: string, changes: Partial<ModelDescription> = {}): void {
  const description = { ...tinyDescription, ...changes };
  const plan = networkOf(description);
  const weights = randomWeights(plan, 1);
  const arrays = plan.weights.map(({ name, shape }) => [name, { shape, values: weights(name) }] as const);
  writeSafetensors(join(folder, modelFiles.weights), new Map(arrays));
  writeFileSync(join(folder, modelFiles.description), JSON.stringify(description));
}

/** A harmonic sound with a vibrato, RMS about 0.1, for {@link tinyModel}. */
export function tinySound(seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: tinyDescription.samples }, (_, t) => {
    const phase =
      2 * Math.PI * (150 + 10 * seed) * (t / 8000 + 0.002 * Math.sin((2 * Math.PI * 5 * t) / 8000));
    return (
      0.08 * (Math.sin(phase) + Math.sin(3 * phase) + 0.5 * Math.sin(7 * phase)) + 0.01 * random.normal()
    );
  });
}
