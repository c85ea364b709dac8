import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import type { AnalysisResults } from '../../../src/analysis/results.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { type SimulatedRow, type SimulatedStudy, smallStudy, trialsCsv } from '../simulateTrials.ts';
import { temporaryFiles } from '../temporaryFiles.ts';

/** Settings for tests. */
export const quick = { permutations: 500, bootstrap: 1000 };

/** A way to analyze simulated rows, by way of a file that is removed after the tests. */
export function analyzer(): (rows: readonly SimulatedRow[], config?: object) => Promise<AnalysisResults> {
  const { write } = temporaryFiles();
  return async (rows, config = quick) => {
    const table = await readTrials(write('trials.csv', trialsCsv(rows)));
    return analyzeTrials(table, parseAnalysisConfig(config));
  };
}

/** Proportion of a logit. */
export const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Mean of a function of a normal variable. */
export function normalMean(f: (z: number) => number): number {
  let [sum, weight] = [0, 0];
  for (let z = -6; z <= 6; z += 0.01) {
    sum += Math.exp((-z * z) / 2) * f(z);
    weight += Math.exp((-z * z) / 2);
  }
  return sum / weight;
}

/** Many participants on few sources, so that items are well measured: 80 answers an item. */
export const deepStudy: SimulatedStudy = {
  ...smallStudy,
  seed: 5,
  participants: 240,
  sources: 120,
  answers: 120,
  participantSd: 0,
  itemSd: 1.5,
  metamerModels: [
    {
      name: 'cochcnn9',
      stages: [
        { stage: 'relu2', human: 0.5, model: 0.8 },
        { stage: 'final', human: -1, model: 0.8 },
      ],
    },
  ],
};
