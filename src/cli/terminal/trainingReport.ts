import type { TrainingConfig } from '../../training/trainingConfig.ts';
import type { TrainingMetrics } from '../../training/trainingMetrics.ts';
import { everyTenSeconds, timeText } from './display.ts';

/**
 * Shows a line of metrics on standard error.
 *
 * @param metrics - The line.
 * @param config - The training's configuration.
 * @param toCome - Trainings as long that follow.
 */
export function report(metrics: TrainingMetrics, config: TrainingConfig, toCome = 0): void {
  const left = secondsLeft(metrics, config);
  const withOthers = `, ${timeText(left + toCome * secondsLeft({ ...metrics, step: 0 }, config))} with the ${toCome} to come`;
  const shares = (accuracies: Record<string, number>) =>
    Object.entries(accuracies)
      .map(([task, accuracy]) => `${task} ${(100 * accuracy).toFixed(1)} %`)
      .join(', ');
  process.stderr.write(
    `step ${metrics.step}/${config.steps}  loss ${metrics.loss.toFixed(3)}  ${shares(metrics.accuracy)}  ` +
      `${metrics.clipsPerSecond.toFixed(1)} clips/s  ${timeText(left)} left${toCome > 0 ? withOthers : ''}` +
      `${metrics.validation ? `  validation: ${shares(metrics.validation)}` : ''}\n`,
  );
}

/**
 * How long a training will go on at its pace.
 *
 * @param config - Sounds a step, and steps in all.
 * @returns Seconds.
 */
export function secondsLeft(
  { step, clipsPerSecond }: Pick<TrainingMetrics, 'step' | 'clipsPerSecond'>,
  { batchSize, steps }: Pick<TrainingConfig, 'batchSize' | 'steps'>,
): number {
  return (batchSize * (steps - step)) / clipsPerSecond;
}

/** Shows a series of trainings: every validation, and how far they are every ten seconds. */
export function seriesReport(): typeof report {
  const isTime = everyTenSeconds();
  return (metrics, config, toCome) => {
    if (isTime() || metrics.validation) report(metrics, config, toCome);
  };
}
