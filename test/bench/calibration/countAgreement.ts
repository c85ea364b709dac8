import type { AgreementAnswers } from '../../../src/analysis/byItem/agreement/agreementAnswers.ts';
import { agreementStatistics } from '../../../src/analysis/byItem/agreement/agreementStatistics.ts';
import { rareAnswers } from '../../../src/analysis/byItem/agreement/rareAnswers.ts';
import { createRandom, type Random } from '../../../src/base/random.ts';
import { twoFactorBootstrap } from '../../../src/statistics/estimates/twoFactorBootstrap.ts';
import { agreementOf } from '../../analysis/byItem/agreement/agreementOf.ts';
import { type NullStudy, simulateAnswers } from '../../analysis/byStage/simulateAnswers.ts';
import { type Count, holds } from './tally.ts';

/** Resamples a study: fewer than a report draws, which costs a little coverage. */
const resamples = 300;

/** Sources of the simulated population that the true values are taken from. */
const sourcesOfPopulation = 12_000;

/** The true values of a design's measures of agreement: those of very many of its studies put side by side. */
export function populationAgreement(study: NullStudy): number[] {
  const random = createRandom(99);
  const groups = Math.ceil(sourcesOfPopulation / study.sources);
  const whole = sideBySide(
    Array.from({ length: groups }, () => agreementOf(simulateAnswers(study, random), random)),
  );
  const ones = (length: number) => new Float64Array(length).fill(1);
  return Array.from(
    agreementStatistics(whole, [], random).statistics(ones(whole.listeners), ones(whole.sources)),
  );
}

/** Counts what the intervals of agreement with people cover. */
export function countAgreement(
  answers: AgreementAnswers,
  truth: readonly number[],
  { random, count }: { random: Random; count: Count },
): void {
  const { statistics, scales, places } = agreementStatistics(answers, [], random);
  const estimates = twoFactorBootstrap(answers, statistics, { random, resamples, scales });
  const rare = rareAnswers(answers);
  const last = answers.levels.at(-1);
  for (const { measure, level, human, models, differences } of places) {
    // These depend on the number of answers, which the population has more of: see countConfusions.ts.
    if (measure.includes('of confusions')) continue;
    const k = answers.levels.indexOf(level);
    const note = measure === 'κ' && k >= 0 ? rare[k]! : { human: '', models: [''] };
    const where = level === 'all' ? '' : level === last ? ', last stage' : ' of a stage';
    const lines = [
      { who: 'human–human', at: human, note: note.human },
      { who: 'human–model', at: models[0]!, note: note.models[0]! },
      { who: 'model − human', at: differences[0]!, note: note.human + note.models[0]! },
    ];
    for (const { who, at, note: own } of lines) {
      const { estimate, interval, defined } = estimates[at]!;
      if (own !== '' || defined < 0.95 || Number.isNaN(estimate)) continue;
      count(`after, covers: ${measure}${where}, ${who}`, holds(interval, truth[at]!));
    }
  }
}

function sideBySide(parts: readonly AgreementAnswers[]): AgreementAnswers {
  const [first] = parts;
  const shifted = (
    pick: (part: AgreementAnswers) => Int32Array,
    step: (part: AgreementAnswers) => number,
  ) => {
    let from = 0;
    const values: number[] = [];
    for (const part of parts) {
      for (const value of pick(part)) values.push(value < 0 ? value : value + from);
      from += step(part);
    }
    return Int32Array.from(values);
  };
  const joined = (pick: (part: AgreementAnswers) => Float64Array) =>
    Float64Array.from(parts.flatMap((part) => [...pick(part)]));
  const items = (part: AgreementAnswers) => part.source.length;
  const rows = (part: AgreementAnswers) => part.item.length;
  const kinds = (part: AgreementAnswers) => part.responses!.item.length;
  const none = () => 0;
  return {
    ...first!,
    listener: shifted(
      (part) => part.listener,
      (part) => part.listeners,
    ),
    item: shifted((part) => part.item, items),
    correct: joined((part) => part.correct),
    times: shifted((part) => part.times, none),
    listeners: parts.reduce((sum, part) => sum + part.listeners, 0),
    source: shifted(
      (part) => part.source,
      (part) => part.sources,
    ),
    level: shifted((part) => part.level, none),
    sources: parts.reduce((sum, part) => sum + part.sources, 0),
    models: [joined((part) => part.models[0]!)],
    responses: {
      row: shifted((part) => part.responses!.row, rows),
      share: joined((part) => part.responses!.share),
      kind: shifted((part) => part.responses!.kind, kinds),
      item: shifted((part) => part.responses!.item, items),
      answer: shifted((part) => part.responses!.answer, none),
      answers: first!.responses!.answers,
      answered: joined((part) => part.responses!.answered),
      wrong: joined((part) => part.responses!.wrong),
      target: shifted((part) => part.responses!.target, none),
      models: [
        {
          answer: shifted((part) => part.responses!.models[0]!.answer, none),
          kind: shifted((part) => part.responses!.models[0]!.kind, kinds),
        },
      ],
    },
  };
}
