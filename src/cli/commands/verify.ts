import { type Verification, verifyRun } from '../../synthesis/runs/verifyRun.ts';
import type { Command, ExitCode, Flags } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { nullFlag } from '../flags/nullFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { verdictExit, verdictTable } from '../terminal/verdictTable.ts';

/** `metamer verify`: judges runs anew from their sounds. */
export const verifyCommand: Command = {
  arguments: '<runs...>',
  flags: [
    { flag: '--model <model>', help: 'name or folder (default: the one that run.json names)' },
    {
      ...nullFlag,
      help: `${nullFlag.help.slice(0, -1)}; a run that was tested keeps its maxima)`,
    },
    ...engineFlags,
    { flag: '--json', help: 'print the verdicts as JSON' },
  ],
  examples: [
    'metamer verify metamers/speech-no/conv3',
    'metamer verify metamers/*/* --null null.json --json',
  ],
  run: runVerify,
};

async function runVerify(runs: string[], flags: Flags): Promise<ExitCode> {
  const verdicts: Verification[] = [];
  const [model, nullFile] = [flags['model'], flags['null']] as (string | undefined)[];
  const progress = countProgress();
  for (const run of runs) {
    verdicts.push(await verifyRun(run, { model, null: nullFile, ...engineOptions(flags) }));
    progress.update(verdicts.length, runs.length, 'runs');
  }
  progress.stop();
  const folders = runs.map((folder) => ({ folder }));
  printResult(flags, verdicts, () => verdictTable(folders, verdicts));
  return verdictExit(folders, verdicts);
}
