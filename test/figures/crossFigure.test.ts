import { expect, test } from 'vitest';
import { crossFigure, recognizedByOthers } from '../../src/figures/crossFigure.ts';
import type { CrossRecognition } from '../../src/synthesis/runs/crossRecognition.ts';

const result = (
  metamerModel: string,
  stage: string,
  observer: string,
  agrees: boolean,
): CrossRecognition => ({
  ...{ run: 'r', sound: 's', task: 'word', reference: 'yes', metamer: agrees ? 'yes' : 'no', agrees },
  ...{ metamerModel, stage, observer, probability: { reference: 1, metamer: 1 } },
});

const results = [
  // In no order, and with a model that judges its own.
  ...[true, true].map((agrees) => result('a', 'final', 'a', agrees)),
  ...[true, false].map((agrees) => result('a', 'final', 'b', agrees)),
  ...[false, false].map((agrees) => result('a', 'final', 'c', agrees)),
  ...[true, true].map((agrees) => result('a', 'relu1', 'b', agrees)),
  ...[true, false, false, false].map((agrees) => result('a', 'relu1', 'c', agrees)),
  ...[true].map((agrees) => result('b', 'relu1', 'a', agrees)),
];

test('recognizedByOthers gives each other model its share, stages in processing order, own metamers left out', () => {
  expect(recognizedByOthers(results)).toEqual([
    { metamerModel: 'a', stage: 'relu1', shares: [1, 0.25] },
    { metamerModel: 'a', stage: 'final', shares: [0.5, 0] },
    { metamerModel: 'b', stage: 'relu1', shares: [1] },
  ]);
  expect(recognizedByOthers([result('a', 'final', 'a', true)])).toEqual([]);
});

test('crossFigure draws the mean over other models, and its standard error where there are several', () => {
  const figure = crossFigure(recognizedByOthers(results));
  const y = (pattern: RegExp) => [...figure.matchAll(pattern)].map((match) => Number(match[1]));
  const [relu1, final, ofB] = y(/<path fill="#[^>]* transform="translate\([\d.]+,([\d.]+)\)"/g);
  // 0.625, 0.25 and 1 on one axis.
  expect((final! - relu1!) / (relu1! - ofB!)).toBeCloseTo(1, 2);
  const bars = [...figure.matchAll(/<line stroke[^>]* y2="([\d.]+)" y1="([\d.]+)"/g)].map(([, a, b]) =>
    Math.abs(Number(a) - Number(b)),
  );
  // Shares 1 and 0.25, 0.5 and 0: standard errors of 0.375 and 0.25.
  const perShare = (relu1! - ofB!) / 0.375;
  expect(bars.some((bar) => Math.abs(bar / perShare - 0.75) < 0.01)).toBe(true);
  expect(bars.some((bar) => Math.abs(bar / perShare - 0.5) < 0.01)).toBe(true);
});
