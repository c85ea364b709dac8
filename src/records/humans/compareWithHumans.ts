import { createRandom } from '../../base/random.ts';
import { pearson } from '../../statistics/estimates/correlation.ts';
import { mean } from '../../statistics/estimates/descriptive.ts';
import type { HumanCell, HumansInNoise } from './readHumans.ts';

/** A model's recognition in one background at one signal-to-noise ratio. */
export interface ModelCell {
  background: string;
  /** dB; +∞ without background. */
  snrDb: number;
  correct: number;
  trials: number;
}

/** People and a model in one noisy cell, or without background. */
export interface ComparedCell {
  /** As the people's table names it. */
  background: string;
  /** dB; null without background. */
  snrDb: number | null;
  human: number;
  /** Over people. */
  humanStandardError: number;
  model: number;
  /** The model's trials. */
  trials: number;
}

/** How alike recognition in noise is. */
export interface Likeness {
  /** Pearson correlation over cells; NaN with fewer than three. */
  r: number;
  /** Root of the mean squared difference of proportions. */
  rmse: number;
  cells: number;
}

/** A model held against people in noise. */
export interface HumanComparison extends Likeness {
  participants: number;
  /** Mean correlation over the same cells of random halves of the people. */
  ceiling: number;
  byBackground: (Likeness & { background: string })[];
  compared: ComparedCell[];
  /** Cells of the people's table that the model did not hear. */
  missing: string[];
}

/** What a reader must bear in mind. */
export const humanCaution =
  'Vocabulary, talkers and clips of the model’s test differ from those that the people heard: the shape of the curves can be compared, their level less so.';

const splits = 1000;

/**
 * Correlation and root-mean-square difference of a model's and people's recognition over the noisy cells that both have.
 *
 * @param humans - People's table.
 * @param model - The model's cells; backgrounds by any name of `backgroundName`.
 */
export function compareWithHumans(humans: HumansInNoise, model: readonly ModelCell[]): HumanComparison {
  const pairs = humans.cells.map((cell) => ({ cell, own: ownCell(cell, model) }));
  const compared = pairs.flatMap(({ cell, own }) => (own ? [comparedCell(cell, own)] : []));
  const noisy = compared.filter(({ snrDb }) => snrDb !== null);
  const noisyHumans = pairs.flatMap(({ cell, own }) => (own && Number.isFinite(cell.snrDb) ? [cell] : []));
  return {
    ...likeness(noisy),
    participants: humans.participants.length,
    ceiling: splitHalfCeiling(noisyHumans, humans.participants.length),
    byBackground: [...new Set(noisy.map(({ background }) => background))].map((background) => ({
      background,
      ...likeness(noisy.filter((cell) => cell.background === background)),
    })),
    compared,
    missing: pairs.flatMap(({ cell, own }) =>
      own || !Number.isFinite(cell.snrDb) ? [] : [`${cell.background} at ${cell.snrDb} dB`],
    ),
  };
}

/** Names of the same kind of background. */
const sameBackgrounds: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['auditory-scenes', /^(auditory)?scenes?$/],
  ['babble-8', /^babble((of)?8|8(talkers?)?)?$/],
  ['music', /^(instrumental)?music$/],
  ['stationary-noise', /^(stationary|speechshaped|ssn)(noise)?$/],
  ['modulated-noise', /^(am|amplitude)?modulated(speechshaped)?(noise)?$/],
];

/**
 * One name for the same kind of background under several.
 *
 * @param name - Such as `babble of 8`, `babble-8` or `babble8`.
 * @returns The name in the shipped table, or, of another kind, the name itself in small letters.
 */
export function backgroundName(name: string): string {
  const bare = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return sameBackgrounds.find(([, pattern]) => pattern.test(bare))?.[0] ?? name.toLowerCase();
}

/** Without background a model's cell stands for all of the people's, whatever they are filed under. */
function ownCell({ background, snrDb }: HumanCell, model: readonly ModelCell[]): ModelCell | undefined {
  return model.find(
    (cell) =>
      cell.trials > 0 &&
      cell.snrDb === snrDb &&
      (!Number.isFinite(snrDb) || backgroundName(cell.background) === backgroundName(background)),
  );
}

function comparedCell({ background, snrDb, proportions }: HumanCell, own: ModelCell): ComparedCell {
  const values = proportions.filter((value) => !Number.isNaN(value));
  const center = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
  return {
    background,
    snrDb: Number.isFinite(snrDb) ? snrDb : null,
    human: center,
    humanStandardError: Math.sqrt(variance / values.length),
    model: own.correct / own.trials,
    trials: own.trials,
  };
}

function likeness(cells: readonly ComparedCell[]): Likeness {
  const [human, model] = [cells.map((cell) => cell.human), cells.map((cell) => cell.model)];
  return {
    r: cells.length < 3 ? Number.NaN : pearson(human, model),
    rmse: Math.sqrt(mean(human.map((value, i) => (value - model[i]!) ** 2))),
    cells: cells.length,
  };
}

/** The split does not depend on the model, so that the ceiling of a table is one number. */
function splitHalfCeiling(cells: readonly HumanCell[], participants: number): number {
  if (cells.length < 3 || participants < 4) return Number.NaN;
  const random = createRandom(1);
  const people = [...Array(participants).keys()];
  const correlations = Array.from({ length: splits }, () => {
    const order = random.shuffled(people);
    const half = Math.floor(participants / 2);
    const meanOf = (chosen: readonly number[]) =>
      cells.map(({ proportions }) =>
        mean(chosen.map((person) => proportions[person]!).filter((value) => !Number.isNaN(value))),
      );
    return pearson(meanOf(order.slice(0, half)), meanOf(order.slice(half)));
  });
  return mean(correlations);
}
