import type { TrialTable } from '../records/trialTable.ts';
import {
  compareThresholds,
  fitPsychometric,
  type PsychometricFit,
  type ThresholdDifference,
} from '../statistics/psychometric/fit.ts';
import type { LevelCounts } from '../statistics/psychometric/likelihood.ts';

/** Recognition in one background by one observer, over SNR. */
export interface NoiseCurveFit extends PsychometricFit {
  task: string;
  background: string;
  observer: string;
  /** Whether the threshold lies outside the signal-to-noise ratios that were measured, so that it is extrapolated. */
  isExtrapolated: boolean;
}

/** Recognition in noise. */
export interface NoiseRecognition {
  fits: NoiseCurveFit[];
  /** Humans minus each model, per task and background. */
  comparisons: ({
    task: string;
    background: string;
    first: string;
    second: string;
    /** Whether either threshold is. */
    isExtrapolated: boolean;
  } & ThresholdDifference)[];
  notes: string[];
}

/**
 * Fits recognition over signal-to-noise ratio for every task, background and observer.
 *
 * @param table - The trials.
 * @param humanRows - Rows of humans to use (1) or not (0); all rows of models are used.
 * @param chanceOf - Chance level of a task.
 * @returns Fits and threshold comparisons; empty without sounds in noise.
 */
export function recognitionInNoise(
  table: TrialTable,
  humanRows: Uint8Array,
  chanceOf: (task: string) => number,
): NoiseRecognition {
  const groups = noiseGroups(table, humanRows);
  const result: NoiseRecognition = { fits: [], comparisons: [], notes: [] };
  for (const { task, background, observer, levels } of groups.values()) {
    const counts = [...levels.values()].sort((a, b) => a.x - b.x);
    const name = `${task} in ${background || 'noise'}, ${observer}`;
    if (counts.length < 3)
      result.notes.push(`${name}: no fit, ${counts.length} signal-to-noise ratios and three are needed.`);
    else {
      const fit = fitPsychometric(counts, chanceOf(task) || 0);
      result.fits.push({ task, background, observer, ...fit, isExtrapolated: isOutside(fit) });
    }
  }
  for (const task of new Set(result.fits.map((fit) => fit.task)))
    if (Number.isNaN(chanceOf(task)))
      result.notes.push(
        `${task}: chance is not known and taken as 0 here; state it in the configuration's 'chance', or give the study.`,
      );
  for (const human of result.fits.filter(({ observer }) => observer === 'human'))
    for (const model of result.fits)
      if (model.observer !== 'human' && model.task === human.task && model.background === human.background)
        result.comparisons.push({
          task: human.task,
          background: human.background,
          first: 'human',
          second: model.observer,
          isExtrapolated: human.isExtrapolated || model.isExtrapolated,
          ...compareThresholds(human, model),
        });
  return result;
}

function isOutside({ parameters: { threshold }, levels }: PsychometricFit): boolean {
  return threshold < levels[0]!.x || threshold > levels.at(-1)!.x;
}

interface NoiseGroup {
  task: string;
  background: string;
  observer: string;
  levels: Map<number, LevelCounts>;
}

function noiseGroups(table: TrialTable, humanRows: Uint8Array): Map<string, NoiseGroup> {
  const groups = new Map<string, NoiseGroup>();
  const human = table.observer.names.indexOf('human');
  for (let row = 0; row < table.count; row++) {
    const x = table.snrDb[row]!;
    if (Number.isNaN(x) || (table.observer.codes[row] === human && !humanRows[row])) continue;
    if (table.stage.names[table.stage.codes[row]!] !== '') continue;
    const key = `${table.task.codes[row]} ${table.background.codes[row]} ${table.observer.codes[row]}`;
    const group = groups.get(key) ?? {
      task: table.task.names[table.task.codes[row]!]!,
      background: table.background.names[table.background.codes[row]!]!,
      observer: table.observer.names[table.observer.codes[row]!]!,
      levels: new Map<number, LevelCounts>(),
    };
    groups.set(key, group);
    const counts = group.levels.get(x) ?? { x, correct: 0, trials: 0 };
    group.levels.set(x, counts);
    counts.trials += 1;
    counts.correct += table.correct[row]!;
  }
  return groups;
}
