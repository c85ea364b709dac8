import { describe, expect, it } from 'vitest';
import { errorTendencies, expectedSameWrong } from '../../../src/analysis/byItem/wrongAnswers.ts';
import { createRandom } from '../../../src/base/random.ts';

/** Wrong answers drawn with tendencies b; the target is never one. */
function drawWrong(tendencies: readonly number[], count: number, seed: number) {
  const random = createRandom(seed);
  const target = Array.from({ length: count }, () => random.integer(tendencies.length));
  const answer = target.map((asked) => {
    for (;;) {
      let at = random.uniform();
      const drawn = tendencies.findIndex((tendency) => {
        at -= tendency;
        return at < 0;
      });
      if (drawn >= 0 && drawn !== asked) return drawn;
    }
  });
  return { target, answer };
}

describe('expectedSameWrong', () => {
  it('is one half for three answers given alike, and 1 for two', () => {
    const three = errorTendencies({ target: [0, 0, 1, 1, 2, 2], answer: [1, 2, 0, 2, 0, 1] });
    const targets = new Map([0, 1, 2].map((target) => [target, 5]));
    expect(expectedSameWrong(three, three, targets)).toBeCloseTo(0.5, 9);
    const two = errorTendencies({ target: [0, 1, 1], answer: [1, 0, 0] });
    expect(expectedSameWrong(two, two, new Map([[0, 3]]))).toBeCloseTo(1, 6);
  });

  it('is what independent errors with these tendencies make of one another', () => {
    const b = [0.4, 0.3, 0.2, 0.1];
    const tendencies = errorTendencies(drawWrong(b, 200_000, 1));
    b.forEach((tendency, answer) => {
      expect(tendencies.get(answer)).toBeCloseTo(tendency, 2);
    });
    const [first, second] = [drawWrong(b, 100_000, 2), drawWrong(b, 100_000, 3)];
    const byTarget = [0, 1, 2, 3].map((target) => ({
      first: first.answer.filter((_, i) => first.target[i] === target),
      second: second.answer.filter((_, i) => second.target[i] === target),
    }));
    const drawn = byTarget.map((own) => {
      const pairs = Math.min(own.first.length, own.second.length);
      return own.first.slice(0, pairs).filter((answer, i) => answer === own.second[i]).length / pairs;
    });
    byTarget.forEach((_, target) => {
      expect(expectedSameWrong(tendencies, tendencies, new Map([[target, 1]]))).toBeCloseTo(
        drawn[target]!,
        1.7,
      );
    });
  });

  it('is undefined where two were never wrong together', () => {
    expect(expectedSameWrong(new Map(), new Map(), new Map())).toBeNaN();
  });
});
