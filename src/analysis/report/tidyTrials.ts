import { closeSync, openSync, writeSync } from 'node:fs';
import { csvCell } from '../../base/writeCsv.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import { naturalLevel } from '../byStage/recognition.ts';
import type { ModelScores, Stimuli } from '../trials/stimuli.ts';

const header =
  'participant,observer,task,metamer_model,stage,source,correct,target,response,rt_ms,trial_index\n';

/** Lines held until they are written: few enough to be gone before the collector takes them for lasting. */
const mostLines = 2000;

/**
 * Writes the analyzed trials in tidy form: humans' trials, and each model's once per sound.
 *
 * @param path - File to write.
 * @param table - The trials.
 * @param options - Human rows to use (1) or not (0), stimuli and models.
 */
export function writeTidyTrials(
  path: string,
  table: TrialTable,
  { rows, stimuli, models }: { rows: Uint8Array; stimuli: Stimuli; models: readonly ModelScores[] },
): void {
  const file = openSync(path, 'w');
  let lines: string[] = [header];
  const flush = () => {
    writeSync(file, lines.join(''));
    lines = [];
  };
  const cellsOf = ({ names }: TrialTable['source']) => names.map(csvCell);
  const [participants, sources] = [cellsOf(table.participant), cellsOf(table.source)];
  const [stages, metamerModels] = [cellsOf(table.stage), cellsOf(table.metamerModel)];
  const [tasks, answers] = [cellsOf(table.task), cellsOf(table.target)];
  const line = (row: number, who: string, observer: string, rest: string) => {
    const stage = stages[table.stage.codes[row]!] || levelWithoutStage(table, row);
    return `${who},${observer},${tasks[table.task.codes[row]!]},${metamerModels[table.metamerModel.codes[row]!]},${stage},${sources[table.source.codes[row]!]},${rest}\n`;
  };
  for (let row = 0; row < table.count; row++) {
    if (!rows[row]) continue;
    const [target, response] = [table.target, table.response].map(({ codes }) => answers[codes[row]!]!);
    const rtMs = Number.isNaN(table.rtMs[row]!) ? '' : table.rtMs[row]!;
    const rest = `${table.correct[row]},${target},${response},${rtMs},${table.trialIndex[row]}`;
    lines.push(line(row, participants[table.participant.codes[row]!]!, 'human', rest));
    if (lines.length > mostLines) flush();
  }
  for (const { observer, trials, correct, response } of models)
    for (let sound = 0; sound < stimuli.count; sound++) {
      if (trials[sound] === 0) continue;
      const isRight = correct[sound]! / trials[sound]! >= 0.5 ? 1 : 0;
      const row = stimuli.firstRow[sound]!;
      const answer = response[sound]! < 0 ? '' : answers[response[sound]!]!;
      const rest = `${isRight},${answers[table.target.codes[row]!]},${answer},,`;
      lines.push(line(row, csvCell(observer), csvCell(observer), rest));
      if (lines.length > mostLines) flush();
    }
  flush();
  closeSync(file);
}

function levelWithoutStage(table: TrialTable, row: number): string {
  const condition = nameAt(table.condition, row);
  return condition === naturalLevel ? naturalLevel : csvCell(condition);
}
