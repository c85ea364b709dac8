import { join } from 'node:path';
import { bundledClips } from '../../../stimuli/bundledClips.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { InputError } from '../../base/inputError.ts';
import { readReadouts } from '../../experiments/brain/readouts.ts';
import { type DriveObjective, driveObjectives } from '../../experiments/drive/driveObjective.ts';
import type { DriveRecord } from '../../experiments/drive/driveRecord.ts';
import { driveLabel, driveRun } from '../../experiments/drive/driveRun.ts';
import type { DriveOptions, NaturalSound } from '../../experiments/drive/driveSound.ts';
import {
  channelTarget,
  classTarget,
  type DriveTarget,
  readoutTarget,
  unitTarget,
} from '../../experiments/drive/driveTarget.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { RunReport } from '../../synthesis/runs/takeSteps.ts';
import { type Command, counting, type ExitCode, type Flags, numberFlag } from '../command.ts';
import { bandFlags, bandOption } from '../flags/bandFlags.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { soundsBelow } from '../flags/soundFlags.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { progressLines, timeText } from '../terminal/display.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';

/** `metamer drive`: sounds that drive a unit, a channel, a class or a measured response. */
export const driveCommand: Command = {
  flags: [
    modelFlag,
    { flag: '--stage <stage>', help: 'stage of the unit or channel' },
    {
      flag: '--unit <places>',
      help: 'units, with commas: row-major number, or place along each axis as 4/8/12, from 0; neighbors: the other channels there',
    },
    {
      flag: '--channel <numbers>',
      help: "channels, with commas, from 0: mean over frequency and time; neighbors: the stage's other channels",
    },
    {
      flag: '--class <labels>',
      help: 'classes, with commas: logit above the mean; neighbors: the other classes',
    },
    { flag: '--task <task>', help: 'task of the classes, where several have that label' },
    { flag: '--readouts <file>', help: 'readouts.safetensors of metamer brain --readouts' },
    {
      flag: '--response <names>',
      help: 'measured responses of the readouts, with commas; neighbors: the other ones',
    },
    {
      flag: '--objective <name>',
      help: 'stretch: as high as can be; one-hot: up, and its neighbors down (softmax)',
      choices: driveObjectives,
      default: 'stretch',
    },
    { flag: '--sounds <folder>', help: 'natural sounds to compare with (default: the bundled clips)' },
    {
      flag: '--rms <value>',
      help: 'level of driven and natural sounds, root mean square',
      default: 0.1,
      parse: numberFlag('--rms', { min: 1e-4, max: 0.5 }),
    },
    ...bandFlags('the band'),
    { flag: '--steps <n>', help: 'gradient steps', default: 500, parse: numberFlag('--steps', counting) },
    seedFlag('seed of the noise that it begins with', Number.MAX_SAFE_INTEGER),
    {
      flag: '--out <folder>',
      help: 'receives a run folder for each target, as metamers have',
      required: true,
    },
    earFlag,
    ...engineFlags,
    threadsFlag('threads of one run; the same number gives the same bits (default: all cores)'),
    {
      flag: '--overwrite',
      help: 'replace finished runs and those of other settings; after an interruption the same command goes on',
    },
    { flag: '--json', help: 'print the records as JSON' },
  ],
  examples: [
    'metamer drive --model branched-small --stage conv3 --channel 12,40 --out driven',
    'metamer drive --model branched-small --stage conv3 --unit 4/8/12 --objective one-hot --out driven',
    'metamer drive --model branched-small --class no,stop --low-hz 200 --high-hz 4000 --out driven',
    'metamer drive --model branched-small --readouts brain/readouts.safetensors --response speech --out driven',
  ],
  run: runDrive,
};

async function runDrive(_: string[], flags: Flags): Promise<ExitCode> {
  const model = loadModel(String(flags['model']), earOption(flags));
  const targets = targetsOf(model, flags);
  const natural = await naturalSounds(model, flags['sounds'] as string | undefined);
  const runs = targets.map((target) => {
    const options = optionsOf(flags, target, natural);
    return { options, folder: join(String(flags['out']), folderOf(driveLabel(model, options))) };
  });
  const records = await stoppable(async (signal) => {
    const made: DriveRecord[] = [];
    for (const { options, folder } of runs) {
      const overwrite = flags['overwrite'] === true;
      const onProgress = progressLines(folder, driveStand);
      const record = await driveRun(model, { ...options, overwrite, signal, onProgress }, folder);
      made.push(record);
      process.stderr.write(`${made.length}/${runs.length} ${folder}: ${record.criteria.verdict}\n`);
    }
    return made;
  }, 'the same command goes on from the last step, finished runs are kept');
  printResult(flags, records, () => driveTable(records));
  return records.every(({ criteria }) => criteria.passed) ? 0 : 1;
}

/** Names of responses may hold what no folder's name may. */
const folderOf = (label: string) => label.replaceAll(' ', '/').replaceAll(/[^\p{L}\p{N}._/-]/gu, '-');

function optionsOf(flags: Flags, target: DriveTarget, natural: readonly NaturalSound[]): DriveOptions {
  return {
    ...{ target, natural, objective: flags['objective'] as DriveObjective },
    limits: { rms: flags['rms'] as number, ...bandOption(flags) },
    ...{ steps: flags['steps'] as number, seed: flags['seed'] as number },
    ...computingOptions(flags),
  };
}

/** Everything that is to be driven. */
function targetsOf(model: AuditoryModel, flags: Flags): DriveTarget[] {
  const listed = (flag: string) => (flags[flag] === undefined ? [] : String(flags[flag]).split(','));
  const stage = () => {
    if (flags['stage'] !== undefined) return String(flags['stage']);
    throw new InputError("--stage must name the unit's or channel's stage, it is missing; give one");
  };
  const readouts = () => {
    if (flags['readouts'] !== undefined) return readReadouts(String(flags['readouts']));
    throw new InputError('--readouts must be the file that the responses are in, it is missing; give one');
  };
  const task = flags['task'] as string | undefined;
  const targets = [
    ...listed('unit').map((place) => unitTarget(model, stage(), place)),
    ...listed('channel').map((text) =>
      channelTarget(model, stage(), numberFlag('--channel', { min: 0, integer: true })(text)),
    ),
    ...listed('class').map((label) => classTarget(model, label, task)),
    ...listed('response').map((name) => readoutTarget(model, readouts(), name)),
  ];
  if (targets.length > 0) return targets;
  throw new InputError(
    'what is driven must be said, it is missing; give --unit, --channel, --class or --response',
  );
}

async function naturalSounds(model: AuditoryModel, folder: string | undefined): Promise<NaturalSound[]> {
  const names = folder === undefined ? bundledClips().map(({ name }) => name) : soundsBelow(folder);
  const sounds: NaturalSound[] = [];
  for (const sound of names) sounds.push({ sound, waveform: (await readSound(sound, { model })).samples });
  return sounds;
}

function driveStand({ step, steps, loss, stepsPerSecond }: RunReport): string {
  const left = timeText((steps - step) / stepsPerSecond);
  return `step ${step}/${steps}, score ${(-loss).toFixed(2)}, ${stepsPerSecond.toFixed(1)} steps/s, ${left} left`;
}

function driveTable(records: readonly DriveRecord[]): string {
  const number = (value: number | null) => (value === null ? '' : value.toFixed(2));
  const rows = records.map(({ stage, comparison: { driven, best, noise } }) => [
    ...[stage, number(driven.z), number(driven.neighbors), number(best.z), number(best.neighbors)],
    ...[best.sound, number(noise.z), number(driven.score - best.score)],
  ]);
  const headings = [
    'target',
    'driven, SD',
    'neighbors',
    'best natural, SD',
    'neighbors',
    'sound',
    'noise, SD',
  ];
  return `${table([...headings, 'score above best'], rows, [1, 2, 3, 4, 6, 7])}responses in standard deviations of ${records[0]!.comparison.natural.length} natural sounds from their mean\n`;
}
