import type { Stage } from '../../model/auditoryModel.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { bestEstimate } from './explainedVariance.ts';
import type { ResponsePrediction } from './predictStage.ts';

/** The stage that predicts a response best, chosen and scored on different splits. */
export interface BestStage {
  name: string;
  stage: string;
  /** Of the stage, 0 the sound's, 1 the deepest. */
  relativeDepth: number;
  /** In the splits that did not choose. */
  r2: number;
  r2Corrected: number | null;
}

/** The stage that predicts a listener's responses best, chosen by the other listeners. */
export interface ListenerStage {
  listener: string;
  stage: string;
  relativeDepth: number;
  /** Median over the listener's responses. */
  explained: number;
}

/** Predictions of every response from one stage. */
export interface StagePredictions {
  stage: string;
  /** Operations from the sound to the stage over those of the deepest, 0 to 1. */
  relativeDepth: number;
  predictions: readonly ResponsePrediction[];
}

/**
 * Best stage of each response: chosen on the even splits, scored on the odd ones, so that the choice among many stages
 * does not flatter the score.
 *
 * @param stages - Predictions by stage, in processing order; at least two splits.
 * @param names - Of the responses.
 */
export function bestStages(stages: readonly StagePredictions[], names: readonly string[]): BestStage[] {
  const score = ({ bySplit }: ResponsePrediction, parity: 0 | 1) =>
    median(bySplit.filter((_, i) => i % 2 === parity).map(bestEstimate));
  return names.map((name, r) => {
    const best = largest(stages.map(({ predictions }) => score(predictions[r]!, 0)));
    const { bySplit } = stages[best]!.predictions[r]!;
    const held = bySplit.filter((_, i) => i % 2 === 1);
    const corrected = held.flatMap(({ r2Corrected }) => r2Corrected ?? []);
    return {
      ...{ name, stage: stages[best]!.stage, relativeDepth: stages[best]!.relativeDepth },
      r2: median(held.map(({ r2 }) => r2)),
      r2Corrected: corrected.length === 0 ? null : median(corrected),
    };
  });
}

/**
 * Best stage of each listener: the one that predicts the other listeners best.
 *
 * @param stages - Predictions by stage, in processing order.
 * @param names - Of the responses, `listener/response`.
 * @returns One entry a listener; none where the names do not tell listeners apart or there is one only.
 * @see Kell et al. (2018): best layer from held-out participants.
 */
export function listenerStages(
  stages: readonly StagePredictions[],
  names: readonly string[],
): ListenerStage[] {
  if (!names.every((name) => name.includes('/'))) return [];
  const listenerOf = names.map((name) => name.slice(0, name.indexOf('/')));
  const listeners = [...new Set(listenerOf)];
  if (listeners.length < 2) return [];
  const medians = stages.map(({ predictions }) =>
    listeners.map((listener) =>
      median(predictions.filter((_, r) => listenerOf[r] === listener).map(bestEstimate)),
    ),
  );
  return listeners.map((listener, l) => {
    const others = medians.map((row) => row.reduce((sum, value, i) => (i === l ? sum : sum + value), 0));
    const best = largest(others);
    return {
      ...{ listener, stage: stages[best]!.stage, relativeDepth: stages[best]!.relativeDepth },
      explained: medians[best]![l]!,
    };
  });
}

function largest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/**
 * Depth of each stage along the longest way from the sound, relative to the deepest; stages of two branches side by side
 * are equally deep.
 *
 * @param stages - A model's, in processing order.
 */
export function relativeDepths(stages: readonly Pick<Stage, 'name' | 'inputs'>[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { name, inputs } of stages)
    depths.set(
      name,
      inputs.reduce((depth, input) => Math.max(depth, 1 + (depths.get(input) ?? 0)), 0),
    );
  const deepest = Math.max(1, ...depths.values());
  return new Map([...depths].map(([name, depth]) => [name, depth / deepest]));
}
