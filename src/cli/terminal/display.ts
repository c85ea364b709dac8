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
  const begunAt = performance.now();
  let shownAt = begunAt;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  return {
    /** @param done - Of `total`, any unit. */
    show(done: number, total: number, words: Words): void {
      if (bar) {
        if (!bar.isActive) bar.start(total, done, words);
        bar.setTotal(total);
        bar.update(done, words);
      } else if (performance.now() - shownAt > 1000 * secondsBetweenLines) {
        say(words.line);
        shownAt = performance.now();
      }
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
 */
export function linesOf<Progress>(
  name: string,
  stand: (progress: Progress) => string,
): (progress: Progress) => void {
  let shownAt = performance.now();
  return (progress) => {
    if (performance.now() - shownAt <= 1000 * secondsBetweenLines) return;
    process.stderr.write(`${name}: ${stand(progress)}\n`);
    shownAt = performance.now();
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
