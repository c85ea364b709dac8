import type { Interval } from '../../statistics/estimates/proportion.ts';
import type { BrainControl } from '../brain/predictResponses.ts';
import type { Similarity } from '../brain/similarity.ts';
import type { CauseName } from './causes.ts';
import type { CausesConfig } from './causesConfig.ts';
import type { PlacePair, Recovery } from './recovery.ts';

/** What belongs to each of the networks that are compared: the one that infers causes, and the one that recognizes. */
export interface Pair<T> {
  inference: T;
  recognition: T;
}

/** `causes.json`: what the experiment found. */
export interface CausesResult {
  config: CausesConfig;
  /** Hashes of both networks. */
  models: Pair<{ name: string; hash: string }>;
  recovery: Recovery;
  /** True and inferred places of each cause in its range, of the held-out sounds. */
  places: Record<CauseName, PlacePair[]>;
  /** Representational similarity of the stages on held-out sounds. */
  similarity: StageSimilarity;
  /** The same on measured sounds, and of both networks with what was measured; null without. */
  measured: (StageSimilarity & MeasuredSimilarity) | null;
}

/** How alike networks and measured responses find sounds. */
export interface MeasuredSimilarity {
  responses: Pair<ResponseSimilarity | null>;
  /** The same of both networks without what they learned, by what was done to their weights; null for ONNX files. */
  controls: Record<BrainControl, Pair<ResponseSimilarity | null>>;
}

/** Agreement of a network's stages with measured responses. */
export interface ResponseSimilarity extends Similarity {
  /** Of the agreement at each stage, over resamples of the sounds, 95 %. */
  intervals: Record<string, Interval>;
}

/** How alike two networks' stages find the same sounds. */
export interface StageSimilarity {
  sounds: number;
  stages: Pair<string[]>;
  /** Spearman's correlations, shape [inference stages, recognition stages]. */
  agreement: number[][];
}
