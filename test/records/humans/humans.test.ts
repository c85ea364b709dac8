import { describe, expect, it } from 'vitest';
import {
  backgroundName,
  compareWithHumans,
  type ModelCell,
} from '../../../src/records/humans/compareWithHumans.ts';
import { readHumans } from '../../../src/records/humans/readHumans.ts';
import { mean } from '../../../src/statistics/estimates/descriptive.ts';
import { temporaryFiles } from '../../analysis/temporaryFiles.ts';

const { write } = temporaryFiles();
const humans = readHumans();
const meanOf = (background: string, snrDb: number) =>
  mean(humans.cells.find((cell) => cell.background === background && cell.snrDb === snrDb)!.proportions);
/** A model with given proportions in the people's cells. */
const modelWith = (proportion: (human: number) => number): ModelCell[] =>
  humans.cells.map(({ background, snrDb, proportions }) => ({
    background,
    snrDb,
    correct: 1000 * proportion(mean(proportions)),
    trials: 1000,
  }));

describe('the table that comes with the package (Saddler & McDermott 2024)', () => {
  it('holds 44 people in 25 noisy cells and without background', () => {
    expect(humans.participants).toHaveLength(44);
    expect(humans.cells.filter(({ snrDb }) => Number.isFinite(snrDb))).toHaveLength(25);
    const published: Record<string, number[]> = {
      'auditory-scenes': [0.172, 0.278, 0.437, 0.592, 0.656],
      'babble-8': [0.019, 0.058, 0.166, 0.415, 0.579],
      music: [0.36, 434 / 1000, 0.59, 0.671, 0.747],
      'stationary-noise': [0.048, 0.187, 0.412, 0.639, 0.742],
      'modulated-noise': [0.318, 0.425, 0.534, 0.65, 0.718],
    };
    for (const [background, values] of Object.entries(published))
      [-9, -6, -3, 0, 3].forEach((snrDb, i) => {
        expect(meanOf(background, snrDb), `${background} ${snrDb}`).toBeCloseTo(values[i]!, 3);
      });
    expect(meanOf('music', Number.POSITIVE_INFINITY)).toBeCloseTo(0.816, 3);
  });
});

describe('compareWithHumans', () => {
  it('has the people’s split-half correlation of .984 as its ceiling', () => {
    const { ceiling, participants, cells } = compareWithHumans(
      humans,
      modelWith((human) => human),
    );
    expect(ceiling).toBeCloseTo(0.984, 3);
    expect([participants, cells]).toEqual([44, 25]);
  });

  it('tells shape from level: r is 1 and RMSE .1 for people shifted by .1', () => {
    const { r, rmse, byBackground } = compareWithHumans(
      humans,
      modelWith((human) => human + 0.1),
    );
    expect(r).toBeCloseTo(1, 9);
    expect(rmse).toBeCloseTo(0.1, 9);
    expect(byBackground.map(({ cells }) => cells)).toEqual([5, 5, 5, 5, 5]);
    for (const line of byBackground) expect(line.rmse).toBeCloseTo(0.1, 9);
  });

  it('takes the clean cell for a reference that counts in neither', () => {
    const model = modelWith((human) => human).map((cell) =>
      Number.isFinite(cell.snrDb) ? cell : { ...cell, correct: 0 },
    );
    const { rmse, cells, compared } = compareWithHumans(humans, model);
    expect([rmse, cells]).toEqual([expect.closeTo(0, 9), 25]);
    expect(compared.find(({ snrDb }) => snrDb === null)).toMatchObject({ model: 0 });
  });

  it('names cells that the model did not hear', () => {
    const model = modelWith((human) => human).filter(({ background }) => background !== 'modulated-noise');
    const { cells, missing, byBackground } = compareWithHumans(humans, model);
    expect(cells).toBe(20);
    expect(missing).toEqual([-9, -6, -3, 0, 3].map((snrDb) => `modulated-noise at ${snrDb} dB`));
    expect(byBackground).toHaveLength(4);
    expect(compareWithHumans(humans, []).r).toBeNaN();
  });

  it.each([
    ['scene', 'auditory-scenes'],
    ['Auditory scenes', 'auditory-scenes'],
    ['babble of 8', 'babble-8'],
    ['babble8', 'babble-8'],
    ['babble of 2', 'babble of 2'],
    ['speech-shaped noise', 'stationary-noise'],
    ['music-shaped noise', 'music-shaped noise'],
    ['music', 'music'],
    ['modulated noise', 'modulated-noise'],
  ])('takes %s for %s', (name, expected) => {
    expect(backgroundName(name)).toBe(expected);
  });
});

describe('readHumans', () => {
  const header = 'participant,background,snr_db,proportion_correct\n';
  it.each([
    ['participant,background,snr_db\np,music,0\n', /columns .* are needed, proportion_correct missing/],
    [`${header}p,music,loud,0.5\n`, /line 2: column 'snr_db' must be a number of dB or 'clean', got 'loud'/],
    [`${header}p,music,0,50\n`, /line 2: column 'proportion_correct' must be a number from 0 to 1, got '50'/],
    [`${header}p,,0,0.5\n`, /line 2: column 'background' must be filled in/],
    [`${header}p,music,0,0.5\np,music,0,0.6\n`, /line 3: participant 'p' has 'music' .* twice/],
  ])('refuses what it cannot use (%#)', (text, message) => {
    expect(() => readHumans(write('humans.csv', text))).toThrow(message);
  });

  it('reads a table of another kind', () => {
    const table = readHumans(write('own.csv', `${header}a,cafe,0,0.5\nb,cafe,0,0.7\nb,cafe,clean,1\n`));
    expect(table.cells.map(({ snrDb, proportions }) => [snrDb, ...proportions])).toEqual([
      [0, 0.5, 0.7],
      [Number.POSITIVE_INFINITY, Number.NaN, 1],
    ]);
  });
});
