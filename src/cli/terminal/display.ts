import { SingleBar } from 'cli-progress';

/** What is shown of work that goes on: words for the bar's format, and the whole line where there is no terminal. */
type Words = Record<string, string> & { line: string };

const secondsBetweenLines = 10;

/**
 * Shows work that goes on, on standard error: a bar on a terminal, else a line every ten seconds.
 *
 * @param format - Of the bar, with `{bar}`, `{value}`, `{total}` and the words that each call gives.
 */
export function createDisplay(format: string) {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format, hideCursor: true, clearOnComplete: true })
    : undefined;
  const isTime = everyTenSeconds();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  return {
    /** @param done - Of `total`, any unit. */
    show(done: number, total: number, words: Words): void {
      if (bar) {
        if (!bar.isActive) bar.start(total, done, words);
        bar.setTotal(total);
        bar.update(done, words);
      } else if (isTime()) say(words.line);
    },
    /** A line that stays, in place of the bar. */
    say(line: string): void {
      bar?.stop();
      say(line);
    },
    stop: () => bar?.stop(),
  };
}

/**
 * Tells on standard error how work stands whose pieces cannot be counted: a line every ten seconds.
 *
 * @param name - What is worked on.
 * @param stand - Says how it stands.
 * @param stepsLeft - Steps that there may still be, where each call is one.
 */
export function progressLines<Progress>(
  name: string,
  stand: (progress: Progress) => string,
  stepsLeft?: (progress: Progress) => number,
): (progress: Progress) => void {
  const isTime = everyTenSeconds();
  const begun = performance.now();
  let steps = 0;
  return (progress) => {
    steps++;
    if (!isTime()) return;
    const secondsPerStep = (performance.now() - begun) / 1000 / steps;
    const left = stepsLeft ? `, at most ${timeText(secondsPerStep * stepsLeft(progress))} left` : '';
    process.stderr.write(`${name}: ${stand(progress)}${left}\n`);
  };
}

/** Says whether ten seconds have gone by since it began, or since it last said so. */
export function everyTenSeconds(): () => boolean {
  let shownAt = performance.now();
  return () => {
    if (performance.now() - shownAt <= 1000 * secondsBetweenLines) return false;
    shownAt = performance.now();
    return true;
  };
}

/** Seconds as `1:05` or `2:03:10`. */
export function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${pad(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}
