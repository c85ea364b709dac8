import { readFileSync } from 'node:fs';
import {
  crossedLevels,
  factorialEffects,
  type MixedDesign,
  type RandomIntercept,
} from '../../../src/statistics/mixed/design.ts';

/** A study with what lme4 makes of it; see test/reference/mixedModels.R. */
export interface ReferenceFit {
  listener: number[];
  source: number[];
  stage: number[];
  human: number[];
  correct: number[];
  task?: number[];
  formula: string;
  estimates: number[];
  standardErrors: number[];
  random: Record<string, number>;
  logLikelihood: number;
}

/** The five studies. */
export const referenceFits = JSON.parse(
  readFileSync(new URL('../../reference/mixedModels.json', import.meta.url), 'utf8'),
) as Record<string, ReferenceFit>;

/** The design of a reference study, its random terms in the order and under the names of lme4's list. */
export function designOf(fit: ReferenceFit): MixedDesign {
  const code = (values: number[]) => Int32Array.from(values, (value) => value - Math.min(...values));
  const observer = Int32Array.from(fit.human, (human) => 1 - human);
  const stage = code(fit.stage);
  const source = code(fit.source);
  const humansOnly = Int32Array.from(fit.listener, (listener, row) => (fit.human[row] ? listener - 1 : -1));
  const levels = (codes: Int32Array) => [...new Set(codes)].sort().map(String);
  const columns: Record<string, readonly Int32Array[]> = {
    'listener (Intercept)': [code(fit.listener)],
    'listener human': [humansOnly],
    'source (Intercept)': [source],
    'source:observer (Intercept)': [source, observer],
    'source:stage_factor (Intercept)': [source, stage],
  };
  const random = Object.keys(fit.random).map(
    (name): RandomIntercept => ({ name, ...crossedLevels(columns[name]!) }),
  );
  const first = { levels: levels(stage), levelOfRow: stage };
  return {
    successes: Float64Array.from(fit.correct),
    trials: new Float64Array(fit.correct.length).fill(1),
    fixed: fit.task
      ? twoTasks(first, code(fit.task), observer)
      : factorialEffects(first, { levels: levels(observer), levelOfRow: observer, interaction: true }),
    random,
  };
}

/** stage × task + observer, in lme4's order: stage, task, observer, stage:task. */
function twoTasks(
  stage: { levels: string[]; levelOfRow: Int32Array },
  task: Int32Array,
  observer: Int32Array,
) {
  const byTask = factorialEffects(stage, { levels: ['1', '2'], levelOfRow: task, interaction: true });
  const products = stage.levels.length - 1;
  const names = byTask.names.toSpliced(byTask.names.length - products, 0, 'observer');
  const cells = byTask.cells.length / byTask.names.length;
  const rows = Array.from({ length: 2 * cells }, (_, k) => {
    const own = [
      ...byTask.cells.subarray((k >> 1) * byTask.names.length, ((k >> 1) + 1) * byTask.names.length),
    ];
    return own.toSpliced(own.length - products, 0, k % 2);
  });
  return {
    names,
    cells: Float64Array.from(rows.flat()),
    cellOfRow: byTask.cellOfRow.map((cell, row) => 2 * cell + observer[row]!),
  };
}
