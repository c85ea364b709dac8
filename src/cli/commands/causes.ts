import { join } from 'node:path';
import { refuseToOverwrite, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import type { MeasuredSounds } from '../../experiments/brain/responses.ts';
import { type CausesConfig, readCausesConfig } from '../../experiments/causes/causesConfig.ts';
import { causesFigure } from '../../experiments/causes/causesFigure.ts';
import type { CausesResult } from '../../experiments/causes/causesRecord.ts';
import { runCauses } from '../../experiments/causes/runCauses.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { TrainingMetrics } from '../../training/trainingMetrics.ts';
import type { Command, Flags } from '../command.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { type MeasuredFiles, readMeasured } from '../flags/readMeasured.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { everyTenSeconds, timeText } from '../terminal/display.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';
import { secondsLeft } from '../terminal/trainingReport.ts';

/** `metamer causes`: a network that infers what made a sound. */
export const causesCommand: Command = {
  flags: [
    { flag: '--config <file>', help: 'JSON: training, heldOut, compared, recognition', required: true },
    { flag: '--out <folder>', help: 'receives the training, causes.json and causes.svg', required: true },
    {
      flag: '--responses <file>',
      help: 'measured responses to compare both networks with, as for metamer brain; needs --sounds',
    },
    { flag: '--variable <name>', help: 'which array of a MAT-file' },
    { flag: '--sounds <folder>', help: 'the measured sounds; rows are in the order of their sorted names' },
    ...engineFlags,
    threadsFlag('threads of the graph (default: all cores)'),
    { flag: '--overwrite', help: 'replace an existing result; the training goes on from where it is' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: [
    'metamer causes --config causes.json --out causes',
    'metamer causes --config causes.json --out causes --responses components.mat --variable R --sounds natsounds',
  ],
  async run(_, flags) {
    const out = String(flags['out']);
    const path = join(out, 'causes.json');
    refuseToOverwrite(path, Boolean(flags['overwrite']));
    const config = readCausesConfig(String(flags['config']));
    const measured = await measuredSounds(flags, config.recognition);
    const isTime = everyTenSeconds();
    const progress = countProgress();
    const result = await stoppable(
      (signal) =>
        runCauses(config, out, {
          signal,
          measured,
          computing: computingOptions(flags),
          onEvent: (line) => process.stderr.write(`${line}\n`),
          onMetrics: (metrics) => {
            if (isTime() || metrics.validation) process.stderr.write(stepText(metrics, config.training));
          },
          onHeard: (done, total, network) => progress.update(done, total, `sounds heard by ${network}`),
        }),
      'the same command goes on from the last step',
    ).finally(progress.stop);
    writeFileAtomic(join(out, 'causes.svg'), causesFigure(result));
    writeJsonAtomic(path, result);
    printResult(flags, result, () => asText(result));
    return 0;
  },
};

async function measuredSounds(flags: Flags, recognition: string): Promise<MeasuredSounds | undefined> {
  const { responses, sounds, variable } = flags as Partial<MeasuredFiles>;
  if (responses === undefined && sounds === undefined) return undefined;
  if (responses === undefined || sounds === undefined)
    throw new InputError(
      `--responses and --sounds must stand together, ${responses === undefined ? '--responses' : '--sounds'} is missing; give it`,
    );
  return readMeasured({ responses, sounds, variable }, loadModel(recognition));
}

function stepText(metrics: TrainingMetrics, training: CausesConfig['training']): string {
  const { step, loss, clipsPerSecond, validation } = metrics;
  const left = timeText(secondsLeft(metrics, training));
  return `step ${step}/${training.steps}  loss ${loss.toFixed(3)}  ${clipsPerSecond.toFixed(1)} sounds/s  ${left} left${validation ? validationText(validation) : ''}\n`;
}

/** How well causes are inferred from sounds apart from those of the training. */
function validationText(validation: Record<string, number>): string {
  const values = Object.entries(validation).map(([cause, value]) => `${cause} ${value.toFixed(2)}`);
  return `  validation: ${values.join(', ')}`;
}

function asText({ recovery, similarity, measured, models }: CausesResult): string {
  const { accuracy, low, high } = recovery.source;
  const percent = (share: number) => (100 * share).toFixed(1);
  const causes = recovery.causes.map(({ name, sounds, r, explained, medianFactor }) => [
    ...[name, String(sounds), r.toFixed(3), explained.toFixed(3), medianFactor.toFixed(3)],
  ]);
  const best = similarity.stages.inference.map((stage, i) => {
    const row = similarity.agreement[i]!;
    const largest = Math.max(...row);
    const nearest = similarity.stages.recognition[row.indexOf(largest)]!;
    const ofResponses = measured?.responses.inference?.byStage[stage];
    return [stage, nearest, largest.toFixed(3), ...(measured ? [ofResponses?.toFixed(3) ?? '–'] : [])];
  });
  return [
    `Kind of source: ${percent(accuracy)} % right [${percent(low)}, ${percent(high)}], chance 50 %`,
    table(['cause', 'sounds', 'r', 'explained', 'median factor'], causes, [1, 2, 3, 4]),
    table(
      [
        ...['stage', `most alike of ${models.recognition.name}`, 'agreement'],
        ...(measured ? ['with responses'] : []),
      ],
      best,
      [2, 3],
    ),
  ].join('\n');
}
