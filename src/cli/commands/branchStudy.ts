import type { DeviceName } from '../../engine/engine.ts';
import type { BranchStudy } from '../../training/branchStudy/branchStudyRecord.ts';
import { branchStudyFiles, runBranchStudy } from '../../training/branchStudy/runBranchStudy.ts';
import { readBranchStudyConfig } from '../../training/branchStudy/studyConfig.ts';
import type { Command } from '../command.ts';
import { deviceFlag } from '../flags/engineFlags.ts';
import { threadsFlag, threadsOption } from '../flags/threadsFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';
import { seriesReport } from '../terminal/trainingReport.ts';

/** `metamer branch-study`: how much two tasks can share. */
export const branchStudyCommand: Command = {
  flags: [
    {
      flag: '--config <file>',
      help: 'training configuration, JSON, with branchPoints and seeds added',
      required: true,
    },
    {
      flag: '--out <folder>',
      help: `folder of the study: a training each, ${branchStudyFiles.result}, ${branchStudyFiles.figure}`,
      required: true,
    },
    deviceFlag,
    threadsFlag('threads of the graph (default: all cores)'),
    { flag: '--json', help: 'print the study as JSON' },
  ],
  examples: ['metamer branch-study --config branch-study.json --out branch-study'],
  async run(_, flags) {
    const config = readBranchStudyConfig(String(flags['config']));
    const progress = countProgress();
    const study = await stoppable(
      (signal) =>
        runBranchStudy(config, String(flags['out']), {
          ...threadsOption(flags),
          device: flags['device'] as DeviceName,
          signal,
          onEvent: (line) => process.stderr.write(`${line}\n`),
          onMetrics: seriesReport(),
          onHeard: (done, total, network) => progress.update(done, total, `excerpts heard by ${network}`),
        }),
      'the same command goes on from the last step, finished trainings are kept',
    ).finally(progress.stop);
    printResult(flags, study, () => asText(study));
    return 0;
  },
};

function asText(study: BranchStudy): string {
  const tasks = Object.entries(study.tasks);
  const percent = (share: number) => (100 * share).toFixed(1);
  const levels = Object.keys(Object.values(tasks[0]![1].accuracy)[0]!);
  const header = [
    ...['shared', 'parameters', 'MMAC'],
    ...tasks.flatMap(([task]) =>
      levels.map((level) => (level === 'mean' ? `${task}s %, mean of levels` : level)),
    ),
  ];
  const rows = study.costs.map(({ branchPoint, parameters, macs }) => [
    String(branchPoint),
    parameters.toLocaleString('en-US'),
    (macs / 1e6).toFixed(1),
    ...tasks.flatMap(([, { accuracy }]) =>
      levels.map((level) => {
        const { value, interval } = accuracy[branchPoint]![level]!;
        const bounds = level === 'mean' ? ` [${percent(interval.low)}, ${percent(interval.high)}]` : '';
        return `${percent(value)}${bounds}`;
      }),
    ),
  ]);
  return `${table(header, rows, [...header.keys()])}${study.verdict.map((line) => `${line}\n`).join('')}`;
}
