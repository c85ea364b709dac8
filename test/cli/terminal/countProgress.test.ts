import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countProgress } from '../../../src/cli/terminal/countProgress.ts';
import { progressLines, timeText } from '../../../src/cli/terminal/display.ts';

let said: string[];
const terminal = process.stderr.isTTY;
beforeEach(() => {
  said = [];
  process.stderr.isTTY = false;
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  process.stderr.isTTY = terminal;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTime(1000 * seconds);

test('countProgress() says nothing of short work, and a line each ten seconds of long work', () => {
  const { update } = countProgress();
  for (let done = 1; done <= 30; done++) {
    pass(1);
    update(done, 60, 'excerpts');
  }
  expect(said).toEqual(['11/60 excerpts, 0:49 left\n', '22/60 excerpts, 0:38 left\n']);
});

test('countProgress() measures the pace of each part of the work by itself', () => {
  const { update } = countProgress();
  pass(20);
  update(10, 10, 'sounds');
  pass(11);
  update(1, 31, 'stages');
  expect(said).toEqual(['10/10 sounds, 0:00 left\n', '1/31 stages, 5:30 left\n']);
});

test('countProgress() takes what is known of the time left, and leaves out what is not', () => {
  const { update } = countProgress();
  pass(11);
  update(1, 4, 'studies', 100);
  pass(11);
  update(2, 4, 'studies', Number.NaN);
  expect(said).toEqual(['1/4 studies, 1:40 left\n', '2/4 studies\n']);
});

test('countProgress() draws a bar on a terminal', () => {
  process.stderr.isTTY = true;
  const { update, stop } = countProgress();
  pass(1);
  update(1, 4, 'excerpts');
  stop();
  expect(said.join('')).toMatch(/=+-+ {2}1\/4 excerpts {2}0:03 left/);
});

test('progressLines() tells every ten seconds how work stands', () => {
  const tell = progressLines('run', (step: number) => `step ${step}`);
  for (let step = 1; step <= 25; step++) {
    pass(1);
    tell(step);
  }
  expect(said).toEqual(['run: step 11\n', 'run: step 22\n']);
});

test.each([
  [0, '0:00'],
  [59.4, '0:59'],
  [59.6, '1:00'],
  [3599, '59:59'],
  [3661, '1:01:01'],
  [-3, '0:00'],
])('timeText(%d) is %s', (seconds, text) => {
  expect(timeText(seconds)).toBe(text);
});

test('progressLines() tells how long its steps may still take at the pace so far', () => {
  const onProgress = progressLines(
    'search',
    (step: number) => `step ${step}`,
    (step) => 100 - step,
  );
  for (let step = 1; step <= 25; step++) {
    pass(0.5);
    onProgress(step);
  }
  expect(said).toEqual(['search: step 21, at most 0:40 left\n']);
});
