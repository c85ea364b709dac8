import { readLearnedEarConfig } from '../../experiments/learnedEar/learnedEarConfig.ts';
import type { EarResult } from '../../experiments/learnedEar/learnedEarRecord.ts';
import { learnedEarFiles, runLearnedEar } from '../../experiments/learnedEar/runLearnedEar.ts';
import type { Command } from '../command.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';
import { seriesReport } from '../terminal/trainingReport.ts';

/** `metamer learned-ear`: where two tasks put the filters of an ear. */
export const learnedEarCommand: Command = {
  flags: [
    {
      flag: '--config <file>',
      help: 'JSON: training (as for metamer train), ear, seeds, conditions',
      required: true,
    },
    {
      flag: '--out <folder>',
      help: `receives a training each, ${learnedEarFiles.result}, ${learnedEarFiles.figure}`,
      required: true,
    },
    ...engineFlags,
    threadsFlag('threads of the graph (default: all cores)'),
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: ['metamer learned-ear --config learned-ear.json --out learned-ear'],
  async run(_, flags) {
    const config = readLearnedEarConfig(String(flags['config']));
    const result = await stoppable(
      (signal) =>
        runLearnedEar(config, String(flags['out']), {
          signal,
          computing: computingOptions(flags),
          onEvent: (line) => process.stderr.write(`${line}\n`),
          onMetrics: seriesReport(),
        }),
      'the same command goes on from the last step, finished trainings are kept',
    );
    printResult(flags, result, () => asText(result.runs));
    return 0;
  },
};

function asText(runs: readonly EarResult[]): string {
  const tasks = [...new Set(runs.flatMap(({ validation }) => Object.keys(validation)))];
  const header = [
    ...['ear', 'seed', ...tasks.map((task) => `${task}s %`)],
    ...['spacings from ERB scale', 'corner Hz', 'slope of widths'],
  ];
  const rows = runs.map(({ condition, seed, validation, startScale, endScale }) => {
    const moved = (value: (scale: typeof startScale) => string) =>
      condition === 'learned' ? `${value(startScale)} → ${value(endScale)}` : value(endScale);
    return [
      ...[condition, String(seed)],
      ...tasks.map((task) => (100 * (validation[task] ?? Number.NaN)).toFixed(1)),
      moved(({ distanceFromErb }) => distanceFromErb.toFixed(2)),
      moved(({ cornerHz }) => cornerHz.toFixed(0)),
      moved(({ widthSlope }) => widthSlope.toFixed(2)),
    ];
  });
  return table(header, rows, [...header.keys()].slice(1));
}
