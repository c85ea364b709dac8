import { SingleBar } from 'cli-progress';
import type { PowerProgress } from '../../analysis/power/simulatePower.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import type { RunReport } from '../../synthesis/runs/takeSteps.ts';

/** Shows runs as they go on, on standard error: a bar on a terminal, else a line every few seconds. */
export interface Progress {
  update(name: string, report: RunReport): void;
  finished(name: string, record: RunRecord): void;
  stop(): void;
}

const secondsBetweenLines = 10;

/**
 * Starts showing a batch.
 *
 * @param total - Runs in the batch.
 */
export function createProgress(total: number): Progress {
  let done = 0;
  let shownAt = 0;
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: '{name}  {bar}  {value}/{total}  {text}',
        hideCursor: true,
        clearOnComplete: true,
      })
    : undefined;
  const line = (text: string) => process.stderr.write(`${text}\n`);
  return {
    update(name, report) {
      const text = describe(report);
      if (bar) {
        if (!bar.isActive) bar.start(report.steps, report.step, { name, text });
        bar.update(report.step, { name, text });
      } else if (performance.now() - shownAt > 1000 * secondsBetweenLines) {
        line(`${name}: step ${report.step}/${report.steps}, ${text}`);
        shownAt = performance.now();
      }
    },
    finished(name, { criteria, seconds }) {
      bar?.stop();
      done++;
      line(
        `${done}/${total} ${name}: ${criteria.verdict}, SNR ${criteria.snrDb.toFixed(1)} dB, ${seconds.toFixed(0)} s`,
      );
    },
    stop: () => bar?.stop(),
  };
}

/** Shows how far simulations are: a bar on a terminal, else a line every few seconds. */
export function powerProgress(): { update(progress: PowerProgress): void; stop(): void } {
  let shownAt = 0;
  const format = '{bar}  {value}/{total} simulated studies  {text}';
  const bar = process.stderr.isTTY
    ? new SingleBar({ format, hideCursor: true, clearOnComplete: true })
    : undefined;
  return {
    update({ done, total, secondsLeft }) {
      const text = `${timeText(secondsLeft)} left`;
      if (bar) {
        if (!bar.isActive) bar.start(total, done, { text });
        bar.update(done, { text });
      } else if (performance.now() - shownAt > 1000 * secondsBetweenLines || done === total) {
        process.stderr.write(`${done}/${total} simulated studies, ${text}\n`);
        shownAt = performance.now();
      }
    },
    stop: () => bar?.stop(),
  };
}

function describe({ step, steps, loss, stepsPerSecond }: RunReport): string {
  const left = (steps - step) / stepsPerSecond;
  const snr = (-20 * Math.log10(Math.max(loss, 1e-15))).toFixed(1);
  return `loss ${loss.toExponential(2)} (${snr} dB)  ${stepsPerSecond.toFixed(1)} steps/s  ${timeText(left)} left`;
}

/** Seconds as `1:05` or `2:03:10`. */
function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${pad(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}
