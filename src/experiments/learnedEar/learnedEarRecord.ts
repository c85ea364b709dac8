import type { EarFilters } from './earFilters.ts';
import type { EarScale } from './earScale.ts';
import type { EarCondition, LearnedEarConfig } from './learnedEarConfig.ts';

/** One of the networks of the experiment: how its ear begins and whether it learns, and a seed. */
export interface EarRun {
  condition: EarCondition;
  seed: number;
}

/** What became of an ear. */
export interface TrainedEar {
  start: EarFilters;
  /** Of the moving averages of the weights; the start's where the ear was held. */
  end: EarFilters;
  steps: number;
  /** Share of validation excerpts recognized at the end, by task. */
  validation: Record<string, number>;
}

/** One ear of the experiment, and the scale of its filters before and after. */
export interface EarResult extends EarRun, TrainedEar {
  startScale: EarScale;
  endScale: EarScale;
}

/** What the experiment found. */
export interface LearnedEar {
  config: LearnedEarConfig;
  runs: EarResult[];
}
