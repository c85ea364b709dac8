import { expect, test } from 'vitest';
import type { AgreementAnswers } from '../../../../src/analysis/byItem/agreement/agreementAnswers.ts';
import { rareAnswers } from '../../../../src/analysis/byItem/agreement/rareAnswers.ts';

/** One answer of a person and one of a model to each of so many sounds; so many of each are right. */
const answers = (sounds: number, human: number, model: number) =>
  ({
    item: Int32Array.from({ length: sounds }, (_, k) => k),
    correct: Float64Array.from({ length: sounds }, (_, k) => Number(k < human)),
    level: new Int32Array(sounds),
    levels: ['late'],
    models: [Float64Array.from({ length: sounds }, (_, k) => Number(k < model))],
  }) as unknown as AgreementAnswers;

test.each([
  // sounds, right of people, right of the model, who has too few
  [40, 20, 20, []],
  [40, 10, 5, []],
  [40, 9, 5, ['people were right 9 times']],
  [40, 10, 4, ['the model was right 4 times']],
  [40, 31, 35, ['people were wrong 9 times']],
  [40, 20, 39, ['the model was wrong 1 time']],
  [100, 12, 12, []],
  [100, 11, 12, ['people were right 11 times']],
  [100, 12, 11, ['the model was right 11 times']],
  [1000, 100, 20, []],
  [1000, 99, 20, ['people were right 99 times']],
  [1000, 100, 19, ['the model was right 19 times']],
])(
  'κ of %i sounds, %i right by people, %i by the model: too few for an interval: %j',
  (sounds, human, model, few) => {
    const [{ human: ofPeople, models }] = rareAnswers(answers(sounds, human, model)) as [
      { human: string; models: string[] },
    ];
    expect([ofPeople, ...models].filter(Boolean)).toEqual(
      few.map((who) => `${who}: too few for an interval`),
    );
  },
);
