import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { completePlan, pilotOf } from '../../analysis/power/pilot.ts';
import { type CompletePlan, readPowerPlan } from '../../analysis/power/plan.ts';
import { powerFigure, powerTable } from '../../analysis/power/powerReport.ts';
import { type PowerLine, simulatePower } from '../../analysis/power/simulatePower.ts';
import { tableCsv } from '../../analysis/report/table.ts';
import { refuseToOverwrite, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { readTrialsAlone } from '../../records/readTrials.ts';
import type { Flags } from '../command.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';
import { configOf, frozenPlan, isJson, reportVersions, withStudyOf } from './analyzeInputs.ts';

/**
 * Simulates the power of a planned study; writes table and figure, or prints JSON alone.
 *
 * @param trials - Tables of a pilot study; none without one.
 */
export async function planPower(trials: readonly string[], flags: Flags): Promise<void> {
  const out = String(flags['out']);
  const read = readPowerPlan(String(flags['plan']));
  const stated = flags['seed'] === undefined ? read : { ...read, seed: Number(flags['seed']) };
  if (!isJson(flags)) refuseToOverwrite(join(out, 'power.json'), flags['overwrite'] === true);
  const pilot =
    trials.length === 0
      ? undefined
      : pilotOf(withStudyOf(await readTrialsAlone(...trials), flags), configOf(flags, frozenPlan(flags)));
  const plan = completePlan(stated, pilot);
  const progress = countProgress();
  const power = await simulatePower(plan, {
    threads: availableParallelism(),
    onProgress: ({ done, total, secondsLeft }) =>
      progress.update(done, total, 'simulated studies', secondsLeft),
  });
  progress.stop();
  const result = { versions: reportVersions(), plan, power };
  if (!isJson(flags)) {
    writeJsonAtomic(join(out, 'power.json'), result);
    writeFileAtomic(join(out, 'power.csv'), tableCsv(powerTable(power)));
    writeFileAtomic(join(out, 'power.svg'), `${powerFigure(power)}\n`);
  }
  printResult({ json: isJson(flags) }, result, () => powerText(plan, power));
}

/** The table and what it assumes. */
function powerText(plan: CompletePlan, lines: readonly PowerLine[]): string {
  const { columns, rows } = powerTable(lines);
  const rounded = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? String(Number(cell.toFixed(3))) : String(cell))),
  );
  const levels = plan.levels.map(
    ({ level, human, model }) =>
      `${level} ${human.toFixed(2)}${model === undefined ? '' : ` (model ${model.toFixed(2)})`}`,
  );
  return [
    `Assumed: ${levels.join(', ')}; ${plan.trialsPerLevel} trials a level, ${plan.sources} sources;`,
    `standard deviations, logits: participants ${plan.participantSd.toFixed(2)}, items ${plan.itemSd.toFixed(2)}; α ${plan.alpha}, mixed models; seed ${plan.seed}.`,
    '',
    table(columns, rounded, [...columns.keys()].slice(1)),
  ].join('\n');
}
