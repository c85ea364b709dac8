import { Matrix, solve } from 'ml-matrix';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';

/** A sound and its class in one task or both. */
export interface Example {
  waveform: Float32Array;
  classes: { word?: number; genre?: number };
}

/**
 * The last stage of a network that shares everything, by ridge regression of classes on its `fc6`.
 *
 * @param model - Its last stage may be anything.
 * @param examples - Of both tasks.
 * @param reads - Whether a task may read a unit; default all.
 */
export async function fittedTop(
  model: AuditoryModel,
  examples: readonly Example[],
  reads: (unit: number, task: 'word' | 'genre') => boolean = () => true,
): Promise<Record<'kernel' | 'bias', Float32Array>> {
  const waveforms = examples.map(({ waveform }) => waveform);
  const features = await computeActivations(model, waveforms, ['fc6'], { form: 'fast', threads: 1 });
  const units = features[0]![0]!.length;
  const counts = model.classifiers.map(({ labels }) => labels.length);
  const total = counts[0]! + counts[1]!;
  const kernel = new Float32Array(units * total);
  const bias = new Float32Array(total);
  for (const [place, task] of (['word', 'genre'] as const).entries()) {
    const own = [...examples.keys()].filter((i) => examples[i]!.classes[task] !== undefined);
    const read = Array.from({ length: units }, (_, unit) => unit).filter((unit) => reads(unit, task));
    const x = new Matrix(own.map((i) => [1, ...read.map((unit) => features[i]![0]![unit]!)]));
    const oneHot = (i: number) =>
      Array.from({ length: counts[place]! }, (_, k) => (k === examples[i]!.classes[task] ? 8 : 0));
    const gram = x.transpose().mmul(x);
    const ridge = Matrix.eye(gram.rows).mul(1e-6 * gram.trace());
    const fitted = solve(Matrix.add(gram, ridge), x.transpose().mmul(new Matrix(own.map(oneHot))));
    for (let k = 0; k < counts[place]!; k++) {
      const column = k + place * counts[0]!;
      bias[column] = fitted.get(0, k);
      for (const [row, unit] of read.entries()) kernel[unit * total + column] = fitted.get(row + 1, k);
    }
  }
  return { kernel, bias };
}
