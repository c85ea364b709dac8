import type { RunRecord } from '../../records/runRecord.ts';
import type { RunReport } from '../../synthesis/runs/takeSteps.ts';
import { createDisplay, timeText } from './display.ts';

/** Shows runs as they go on, on standard error. */
export interface BatchProgress {
  update(name: string, report: RunReport): void;
  finished(name: string, record: RunRecord): void;
  stop(): void;
}

/**
 * Starts showing a batch.
 *
 * @param total - Runs in the batch.
 */
export function batchProgress(total: number): BatchProgress {
  const display = createDisplay('{name}  {bar}  {value}/{total}  {text}');
  let done = 0;
  return {
    update(name, report) {
      const { step, steps } = report;
      const text = describe(report);
      display.show(step, steps, { name, text, line: `${name}: step ${step}/${steps}, ${text}` });
    },
    finished(name, { criteria, seconds }) {
      done++;
      display.say(
        `${done}/${total} ${name}: ${criteria.verdict}, SNR ${criteria.snrDb.toFixed(1)} dB, ${seconds.toFixed(0)} s`,
      );
    },
    stop: display.stop,
  };
}

function describe({ step, steps, loss, stepsPerSecond }: RunReport): string {
  const left = (steps - step) / stepsPerSecond;
  const snr = (-20 * Math.log10(Math.max(loss, 1e-15))).toFixed(1);
  return `loss ${loss.toExponential(2)} (${snr} dB)  ${stepsPerSecond.toFixed(1)} steps/s  ${timeText(left)} left`;
}
