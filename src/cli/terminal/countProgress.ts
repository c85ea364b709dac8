import { createDisplay, timeText } from './display.ts';

/** How far work is that consists of pieces alike. */
export interface CountProgress {
  /**
   * @param done - Pieces that are done, of `total`.
   * @param pieces - What they are, in the plural: `excerpts`; when it changes, pace is measured anew.
   * @param secondsLeft - How long it will go on, where that is known better than from the pace; NaN: not known.
   */
  update(done: number, total: number, pieces: string, secondsLeft?: number): void;
  stop(): void;
}

/** Shows how far work is, and how long it will go on at the pace so far. */
export function countProgress(): CountProgress {
  const display = createDisplay('{bar}  {value}/{total} {pieces}  {left}');
  let begun = { pieces: '', at: 0 };
  let updatedAt = performance.now();
  return {
    update(done, total, pieces, secondsLeft) {
      if (pieces !== begun.pieces) begun = { pieces, at: updatedAt };
      updatedAt = performance.now();
      const seconds = secondsLeft ?? (((updatedAt - begun.at) / 1000) * (total - done)) / done;
      const left = Number.isFinite(seconds) ? `${timeText(seconds)} left` : '';
      display.show(done, total, { pieces, left, line: `${done}/${total} ${pieces}${left && `, ${left}`}` });
    },
    stop: display.stop,
  };
}
