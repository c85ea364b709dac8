import type { RunRecord } from '../../src/records/runRecord.ts';

const match = { spearman: 0.9871, pearson: 0.9921, snrDb: 21.34 };
/** A run of the tiny model, with markup in its names. */
export const exampleRun: RunRecord = {
  sound: 'a <b>.wav',
  soundHash: 'hash',
  stage: 'conv3',
  model: 'tiny',
  modelHash: 'tiny',
  objective: { name: 'match', weights: { conv3: 1 } },
  preset: 'fast',
  steps: 40,
  stepLimit: 40,
  seed: 1,
  engine: 'onnxruntime',
  device: 'cpu',
  threads: 1,
  oversampling: 4,
  sampleRateHz: 8000,
  versions: {},
  loss: [
    [0, 1],
    [40, 0.0853],
  ],
  modelPath: null,
  nullPath: null,
  criteria: {
    ...match,
    normRatioDb: 10.67,
    predictedClass: { reference: 'yes', metamer: 'no' },
    predictedClasses: { word: { reference: 'yes', metamer: 'no' } },
    stages: { conv3: match },
    nullMaxima: null,
    passed: false,
    verdict: "failed: word 'no' instead of 'yes' (not tested against a null)",
  },
  difference: { waveformCorrelation: 0.0123, earlierStages: { cochleagram: 0.4561 } },
  seconds: 3.4,
  peakMemoryMiB: 100,
};
