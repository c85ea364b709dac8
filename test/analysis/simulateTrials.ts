import { createRandom, type Random } from '../../src/base/random.ts';
import { type Cell, csvText } from '../../src/base/writeCsv.ts';
import { type TrialColumn, trialColumns } from '../../src/records/trialRecord.ts';
import { normalCdf } from '../../src/statistics/special/normal.ts';

/** Known parameters of a simulated study. */
export interface SimulatedStudy {
  seed: number;
  participants: number;
  sources: number;
  task: string;
  /** Size of the closed answer list. */
  answers: number;
  metamerModels: readonly { name: string; stages: readonly SimulatedStage[] }[];
  /** Logit of humans and models on natural sounds. */
  natural: { human: number; model: number };
  /** Standard deviations on the logit scale. */
  participantSd: number;
  itemSd: number;
  /** How much of the human item effect the model shares (1: all of it). */
  coupling: number;
  /** Chance that a wrong answer is the item's foil, the same for humans and models. */
  foilShare: number;
  /** Sounds in noise, if any: as many trials per participant, background and SNR. */
  noise?: {
    backgrounds: Record<string, { human: NoiseCurve; model: NoiseCurve }>;
    snrsDb: readonly number[];
    trials: number;
  };
}

/** Logits of humans and of the generating model at one stage. */
export interface SimulatedStage {
  stage: string;
  human: number;
  model: number;
}

/** ψ = guess + (1 − guess − lapse) Φ((x − threshold) / deviation). */
export interface NoiseCurve {
  thresholdDb: number;
  deviationDb: number;
  guess: number;
  lapse: number;
}

/** A row of `trials.csv`, as texts and numbers. */
export type SimulatedRow = Record<
  Exclude<TrialColumn, 'stage_index' | 'target_probability' | 'conduct_flags'>,
  string | number | boolean
>;

/** A small study with two metamer models, for most tests. */
export const smallStudy: SimulatedStudy = {
  seed: 1,
  participants: 20,
  sources: 200,
  task: 'word',
  answers: 200,
  metamerModels: [
    {
      name: 'cochcnn9',
      stages: [
        { stage: 'cochleagram', human: 1.6, model: 2.4 },
        { stage: 'relu2', human: 0.6, model: 2.4 },
        { stage: 'relu4', human: -0.8, model: 2.4 },
        { stage: 'final', human: -2.6, model: 2.4 },
      ],
    },
    {
      name: 'branched',
      stages: [
        { stage: 'cochleagram', human: 1.6, model: 2.2 },
        { stage: 'conv3', human: 1.1, model: 2.2 },
        { stage: 'top.word', human: -1.5, model: 2.2 },
      ],
    },
  ],
  natural: { human: 1.8, model: 2.6 },
  participantSd: 0.5,
  itemSd: 0.8,
  coupling: 1,
  foilShare: 0.5,
};

/**
 * Simulates a study: every source once per participant in a random condition, and every model on every sound.
 *
 * @param study - The parameters.
 * @returns Rows of humans, then of the models.
 */
export function simulateTrials(study: SimulatedStudy): SimulatedRow[] {
  const random = createRandom(study.seed);
  const conditions = conditionsOf(study);
  const item = (source: number, condition: number) =>
    study.itemSd * createRandom(study.seed * 7919 + source * 101 + condition).normal();
  const rows: SimulatedRow[] = [];
  for (let p = 0; p < study.participants; p++) {
    const ability = study.participantSd * random.normal();
    const order = random.shuffled(Array.from({ length: study.sources }, (_, i) => i));
    order.forEach((source, trialIndex) => {
      const c = (source + p) % conditions.length;
      const logit = conditions[c]!.human + ability + item(source, c);
      rows.push(
        row(study, {
          observer: 'human',
          participant: `p${p}`,
          trialIndex,
          source,
          condition: conditions[c]!,
          isCorrect: random.uniform() < logistic(logit),
          random,
        }),
      );
    });
    if (study.noise) rows.push(...noiseTrials(study, `p${p}`, 'human', random));
  }
  for (const { name } of study.metamerModels) {
    for (let source = 0; source < study.sources; source++)
      conditions.forEach((condition, c) => {
        const logit = condition.model + study.coupling * item(source, c);
        rows.push(
          row(study, {
            observer: name,
            participant: name,
            trialIndex: rows.length,
            source,
            condition,
            isCorrect: random.uniform() < logistic(logit),
            random,
          }),
        );
      });
    if (study.noise) rows.push(...noiseTrials(study, name, name, random));
  }
  return rows;
}

interface SimulatedCondition {
  condition: string;
  stage: string;
  metamerModel: string;
  human: number;
  model: number;
}

function conditionsOf(study: SimulatedStudy): SimulatedCondition[] {
  return [
    { condition: 'natural', stage: '', metamerModel: '', ...study.natural },
    ...study.metamerModels.flatMap(({ name, stages }) =>
      stages.map(({ stage, human, model }) => ({
        condition: `${name}/${stage}`,
        stage,
        metamerModel: name,
        human,
        model,
      })),
    ),
  ];
}

function row(
  study: SimulatedStudy,
  trial: {
    observer: string;
    participant: string;
    trialIndex: number;
    source: number;
    condition: SimulatedCondition;
    isCorrect: boolean;
    random: Random;
  },
): SimulatedRow {
  const { random, source, isCorrect } = trial;
  const target = source % study.answers;
  const foil = (target + 1) % study.answers;
  const other = (target + 2 + random.integer(study.answers - 2)) % study.answers;
  const response = isCorrect ? target : random.uniform() < study.foilShare ? foil : other;
  const isHuman = trial.observer === 'human';
  return {
    study: 'simulated',
    participant: trial.participant,
    observer: trial.observer,
    task: study.task,
    block: 'main',
    trial_index: trial.trialIndex,
    source_id: `s${source}`,
    condition: trial.condition.condition,
    stage: trial.condition.stage,
    metamer_model: trial.condition.metamerModel,
    target: `w${target}`,
    response: `w${response}`,
    correct: isCorrect,
    rt_ms: isHuman ? Math.round(1500 * Math.exp(0.4 * random.normal())) : '',
    play_valid: true,
    excluded: false,
    exclusion_rules: '',
    started_at: isHuman ? '2026-01-01T12:00:00.000Z' : '',
    responded_at: isHuman ? '2026-01-01T12:00:04.000Z' : '',
  };
}

function noiseTrials(
  study: SimulatedStudy,
  participant: string,
  observer: string,
  random: Random,
): SimulatedRow[] {
  const { backgrounds, snrsDb, trials } = study.noise!;
  const kind = observer === 'human' ? 'human' : 'model';
  let trialIndex = 10_000;
  return Object.entries(backgrounds).flatMap(([background, curves]) =>
    snrsDb.flatMap((snrDb) =>
      Array.from({ length: trials }, () => {
        const condition = {
          condition: `${background}@${snrDb}dB`,
          stage: '',
          metamerModel: '',
          human: 0,
          model: 0,
        };
        const isCorrect = random.uniform() < psychometric(curves[kind], snrDb);
        trialIndex += 1;
        return row(study, {
          observer,
          participant,
          trialIndex,
          source: random.integer(study.sources),
          condition,
          isCorrect,
          random,
        });
      }),
    ),
  );
}

/** Proportion correct of a noise curve at an SNR. */
function psychometric({ thresholdDb, deviationDb, guess, lapse }: NoiseCurve, snrDb: number): number {
  return guess + (1 - guess - lapse) * normalCdf((snrDb - thresholdDb) / deviationDb);
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Rows as the text of `trials.csv`. */
export function trialsCsv(rows: readonly SimulatedRow[]): string {
  return csvText(
    trialColumns,
    rows.map((row) => trialColumns.map((column) => ((row as never)[column] as Cell) ?? null)),
  );
}
