import { constant, tf } from '../src/engine/tf.ts';
import type { AuditoryModel } from '../src/model/auditoryModel.ts';
import { tinyModel } from './tinyModel.ts';

/** A model of one stage, `heard`, that is not linear in the sound, of few ops: devices in software compile each. */
export function fewOpsModel(samples: number): AuditoryModel {
  const units = 40;
  const kernel = Float32Array.from({ length: samples * units }, (_, i) =>
    Math.sin(0.1 * (i % units) * Math.floor(i / units)),
  );
  return {
    ...tinyModel(),
    ...{ samples, takesWaveform: true, classifiers: [] },
    stages: [{ name: 'heard', inputs: [], shape: [units], parameters: 0, macs: 0 }],
    activations: (waveform) => [
      tf.square(tf.matMul(waveform as tf.Tensor2D, constant(kernel, [samples, units]) as tf.Tensor2D)),
    ],
  };
}
