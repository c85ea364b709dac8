import { createRandom } from '../../base/random.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { answeringModels, fewModels } from '../byItem/answeringModels.ts';
import type { Items } from '../byItem/items.ts';
import type { AnalysisConfig } from '../config.ts';
import type { ModelScores } from '../trials/stimuli.ts';
import { bayesFactorsOfNoDifference } from './bayesFactors.ts';
import { type CurveAnswers, curveAnswers } from './curveAnswers.ts';
import { type Landmark, landmarks } from './landmarks.ts';
import { type MixedInference, mixedInference } from './mixedInference.ts';
import {
  type Equivalence,
  type LevelProportion,
  levelProportions,
  lossFromFirst,
  observerDifferences,
  type ProportionDifference,
} from './stageClaims.ts';

/** The test that a report leads with. */
export interface Headline {
  /** `observer × stage`; `stage` where the model that made the metamers has no answers. */
  effect: string;
  /** The model held against the humans; `human` where they stand alone. */
  observer: string;
  method: string;
  statistic: number;
  degreesOfFreedom: number;
  denominator: number;
  p: number;
}

/** What one curve says of new listeners and new sounds. */
export interface CurveClaims {
  /** null where the answers do not allow a test; `mixed` says why. */
  headline: Headline | null;
  /** Humans alone, then humans with each model. */
  mixed: MixedInference[];
  /** Every observer at every level. */
  proportions: LevelProportion[];
  /** Humans minus a model at each level, with equivalence and BF₀₁, the Bayes factor for no difference. */
  differences: (Equivalence & { observer: string; bayesFactor01: number })[];
  /** Humans on natural sounds minus humans at each stage. */
  lossFromNatural: ProportionDifference[];
  landmarks: Landmark[];
}

/** Work of the landmarks: resamples × answers. */
const landmarkWork = 2e7;

/**
 * Everything of a curve that is to hold for new listeners and new sounds.
 *
 * @param table - The trials.
 * @param items - The curve's items.
 * @param options - Models that answered, settings, chance level.
 * @returns Tests, proportions, differences, landmarks.
 */
export function curveClaims(
  table: TrialTable,
  items: Items,
  { models, config, chance }: { models: readonly ModelScores[]; config: AnalysisConfig; chance: number },
): CurveClaims {
  const humans = curveAnswers(table, items, null);
  const pairs = answeringModels(items, models).map((scores) => ({
    observer: scores.observer,
    answers: curveAnswers(table, items, scores),
  }));
  const made = items.key.metamerModel;
  // Of many models, only the one that made the metamers is tested by a mixed model.
  const tested = pairs.filter(({ observer }) => observer === made || pairs.length <= fewModels);
  const mixed = [
    mixedInference(humans, 'human'),
    ...tested.map(({ observer, answers }) => mixedInference(answers, observer)),
  ];
  const resamples = Math.max(200, Math.min(config.bootstrap, 2000, landmarkWork / humans.right.length));
  return {
    headline: headlineOf(mixed, made),
    mixed,
    proportions: [
      ...levelProportions(humans, { code: 0, name: 'human' }, chance),
      ...pairs.flatMap(({ observer, answers }) =>
        levelProportions(answers, { code: 1, name: observer }, chance),
      ),
    ],
    differences: tested.flatMap(({ observer, answers }) =>
      differencesOf(answers, observer, config.equivalenceMargin),
    ),
    lossFromNatural: lossFromFirst(humans),
    landmarks: landmarks(humans, chance, {
      random: createRandom(config.seed),
      resamples: Math.floor(resamples),
    }),
  };
}

function differencesOf(answers: CurveAnswers, observer: string, margin: number) {
  const factors = bayesFactorsOfNoDifference(answers);
  return observerDifferences(answers, observer, margin).map((line, k) => ({
    ...line,
    observer,
    bayesFactor01: factors[k]!,
  }));
}

/** Observer × stage of the model that made the metamers, else of the only model there is, else stage of the humans. */
function headlineOf(mixed: readonly MixedInference[], made: string): Headline | null {
  const models = mixed.filter(({ observer }) => observer !== 'human');
  const main =
    models.find(({ observer }) => observer === made) ?? (models.length === 1 ? models[0] : mixed[0]);
  const test = main?.tests[0];
  if (!main || !test) return null;
  const { effect, statistic, degreesOfFreedom, denominator, p } = test;
  return {
    effect,
    observer: main.observer,
    method: main.method,
    statistic,
    degreesOfFreedom,
    denominator,
    p,
  };
}
