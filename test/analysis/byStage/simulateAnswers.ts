import type { CurveAnswers } from '../../../src/analysis/byStage/curveAnswers.ts';
import type { Random } from '../../../src/base/random.ts';

/** A study without a difference between humans and model. */
export interface NullStudy {
  listeners: number;
  sources: number;
  /** Logit at each stage, of both. */
  curve: readonly number[];
  /** The model's logits, where it is to have people's proportions correct: these are nearer to ½, since listeners differ. */
  modelCurve?: readonly number[];
  /** Whether the same sounds are hard for both, or for each its own. */
  difficulty: 'shared' | 'own';
}

/** Standard deviations, logits: of listeners, of sources, of sounds (source × stage). */
export const spread = { listener: 0.5, source: 0.5, sound: 0.8 };

/** Draws a study: each listener hears each source once, at stages that rotate; the model answers every sound once. */
export function simulateAnswers(study: NullStudy, random: Random): CurveAnswers {
  const { listeners, sources, curve } = study;
  const stages = curve.length;
  const normal = (count: number, sd: number) => Array.from({ length: count }, () => sd * random.normal());
  const ability = normal(listeners, spread.listener);
  const hardness = () => ({
    source: normal(sources, spread.source),
    sound: normal(sources * stages, spread.sound),
  });
  const human = hardness();
  const model = study.difficulty === 'shared' ? human : hardness();
  const rows = [
    ...ability.flatMap((_, listener) =>
      [...Array(sources).keys()].map((source) => ({ listener, source, level: (source + listener) % stages })),
    ),
    ...[...Array(sources * stages).keys()].map((sound) => ({
      listener: -1,
      source: Math.floor(sound / stages),
      level: sound % stages,
    })),
  ];
  return {
    levels: curve.map((_, k) => `stage ${k}`),
    listener: Int32Array.from(rows, (row) => row.listener),
    source: Int32Array.from(rows, (row) => row.source),
    level: Int32Array.from(rows, (row) => row.level),
    observer: Int32Array.from(rows, (row) => Number(row.listener < 0)),
    right: Float64Array.from(rows, ({ listener, source, level }) => {
      const own = listener < 0 ? model : human;
      const ofModel = study.modelCurve ?? curve;
      const logit =
        (listener < 0 ? ofModel : curve)[level]! +
        (ability[listener] ?? 0) +
        own.source[source]! +
        own.sound[source * stages + level]!;
      return Number(random.uniform() < 1 / (1 + Math.exp(-logit)));
    }),
    listeners,
    sources,
  };
}

/** Mean of a logistic function of a normal variable, by the trapezoidal rule. */
export function meanProportion(logit: number, deviation: number): number {
  let [sum, weight] = [0, 0];
  for (let z = -6; z <= 6; z += 0.01) {
    weight += Math.exp((-z * z) / 2);
    sum += Math.exp((-z * z) / 2) / (1 + Math.exp(-logit - deviation * z));
  }
  return sum / weight;
}
