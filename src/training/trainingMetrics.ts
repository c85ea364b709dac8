import { z } from 'zod';
import { type TaskCounts, taskAccuracies } from './accuracy.ts';
import type { NamedValues } from './gradientStep.ts';
import type { StepReport } from './trainingProgram.ts';

/** One line of `metrics.jsonl`, and its speed, which is in `timing.jsonl`. */
export interface TrainingMetrics {
  step: number;
  /** Mean over the steps since the line before. */
  loss: number;
  gradientNorm: number;
  learningRate: number;
  /** Share of labeled excerpts recognized, training, by task. */
  accuracy: Record<string, number>;
  /** The same on validation excerpts; only on some lines. */
  validation?: Record<string, number>;
  clipsPerSecond: number;
}

/** `metrics.json`: a training in short. */
export interface TrainingSummary {
  steps: number;
  plannedSteps: number;
  /** Of training and validation, pauses between a stop and a resumption left out; ±20 steps for each of these. */
  seconds: number;
  clipsPerSecond: number;
  /** Means of the last line of `metrics.jsonl`. */
  loss: number;
  accuracy: Record<string, number>;
  /** Shares of validation excerpts recognized, by task: at the last validation, and at the one of the largest sum. */
  validation: { last: ValidationPoint; best: ValidationPoint } | null;
}

/** A validation and when it was. */
export interface ValidationPoint {
  step: number;
  accuracy: Record<string, number>;
}

/**
 * Sums a training up.
 *
 * @param log - Lines of `metrics.jsonl`.
 * @param config - Its batch size and steps.
 * @returns The summary; undefined without a line.
 */
export function summarizeTraining(
  log: readonly TrainingMetrics[],
  { batchSize, steps }: { batchSize: number; steps: number },
): TrainingSummary | undefined {
  const last = log.at(-1);
  if (!last) return undefined;
  const seconds = log.reduce(
    (sum, { step, clipsPerSecond }, i) =>
      sum +
      // A kill between the two files leaves a line without its time.
      (Number.isNaN(clipsPerSecond) ? 0 : (batchSize * (step - (log[i - 1]?.step ?? 0))) / clipsPerSecond),
    0,
  );
  const validations = log.flatMap(({ step, validation }): ValidationPoint[] =>
    validation ? [{ step, accuracy: validation }] : [],
  );
  const best = validations.reduce<ValidationPoint | undefined>(
    (found, point) => (found && scoreOf(found.accuracy) >= scoreOf(point.accuracy) ? found : point),
    undefined,
  );
  return {
    steps: last.step,
    plannedSteps: steps,
    seconds,
    clipsPerSecond: (batchSize * last.step) / seconds,
    loss: last.loss,
    accuracy: last.accuracy,
    validation: best ? { last: validations.at(-1)!, best } : null,
  };
}

/**
 * What early stopping goes by: the sum of the tasks' accuracies.
 *
 * @param accuracies - Share recognized by task.
 */
export function scoreOf(accuracies: Record<string, number>): number {
  return Object.values(accuracies).reduce((sum, accuracy) => sum + accuracy, 0);
}

/** What was collected since the last line, as a checkpoint keeps it: a resumed training has the same lines. */
export interface MeterState {
  steps: number;
  loss: number;
  gradientNorm: number;
  counts: Record<string, TaskCounts>;
  /** Time of these steps. */
  milliseconds: number;
}

const count = z.int().min(0);
/** Schema of {@link MeterState}. */
export const meterStateSchema = z.object({
  steps: count,
  loss: z.number(),
  gradientNorm: z.number(),
  counts: z.record(z.string(), z.object({ labeled: count, correct: count })),
  milliseconds: z.number().min(0),
});

/** Adds what was recognized in a batch to counts by task. */
export type Recognized<Batch> = (
  counts: Record<string, TaskCounts>,
  predictions: NamedValues,
  batch: Batch,
) => Record<string, TaskCounts>;

/** Collects steps until they are read as one line of metrics. */
export interface Meter<Batch> {
  add(report: StepReport, batch: Batch): void;
  /** Means over the steps since the last reading. */
  read(step: number, learningRate: number): TrainingMetrics;
  state(): MeterState;
}

const empty: MeterState = { steps: 0, loss: 0, gradientNorm: 0, counts: {}, milliseconds: 0 };

/**
 * Starts collecting; time counts from now.
 *
 * @param steps - Excerpts in a step, and how those that were recognized are counted.
 * @param from - What was collected before a stop.
 */
export function createMeter<Batch>(
  { batchSize, recognized }: { batchSize: number; recognized: Recognized<Batch> },
  from: MeterState = empty,
): Meter<Batch> {
  let { steps, loss, gradientNorm, counts } = from;
  let since = performance.now() - from.milliseconds;
  return {
    add(report, batch) {
      steps++;
      loss += report.loss;
      gradientNorm += report.gradientNorm;
      counts = recognized(counts, report.predictions, batch);
    },
    read(step, learningRate) {
      const now = performance.now();
      const metrics = {
        step,
        loss: loss / steps,
        gradientNorm: gradientNorm / steps,
        learningRate,
        accuracy: taskAccuracies(counts),
        clipsPerSecond: (1000 * steps * batchSize) / (now - since),
      };
      [steps, loss, gradientNorm, counts, since] = [0, 0, 0, {}, now];
      return metrics;
    },
    state: () => ({ steps, loss, gradientNorm, counts, milliseconds: performance.now() - since }),
  };
}
