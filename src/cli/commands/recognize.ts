import { stemOf } from '../../../listening-test/study/readRuns.ts';
import { bundledTargets, readTargets, requireAnswers } from '../../../listening-test/study/targets.ts';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import type { AuditoryModel, Task } from '../../model/auditoryModel.ts';
import { type CochleagramForm, cochleagramForms } from '../../model/computeActivations.ts';
import { loadModel } from '../../model/loadModel.ts';
import { recognitionTrials } from '../../model/recognitionTrials.ts';
import { probabilityOf, type Recognition, recognize } from '../../model/recognize.ts';
import { trialsCsv } from '../../records/writeTrials.ts';
import type { Command, Flags } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { readFlaggedSound, soundFlags } from '../flags/soundFlags.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** `metamer recognize`: the words and genres a model hears. */
export const recognizeCommand: Command = {
  arguments: '<sounds...>',
  flags: [
    modelFlag,
    {
      flag: '--form <form>',
      help: 'cochleagram: exact (float64) or fast (float32, in the graph)',
      choices: cochleagramForms,
      default: 'fast',
    },
    earFlag,
    ...soundFlags,
    ...engineFlags,
    threadsFlag('threads of the graph (default: all cores)'),
    {
      flag: '--targets <csv>',
      help: "right answers for --trials: columns sound, target and, where it is not word, task; bundled clips' are known",
    },
    {
      flag: '--trials <file>',
      help: 'also write a trials.csv for metamer analyze, with the probability of each right answer',
    },
    { flag: '--overwrite', help: 'replace existing trials' },
    { flag: '--json', help: 'print the five best labels of each task as JSON' },
  ],
  examples: [
    'metamer recognize word.wav song.flac --model branched-small',
    'metamer recognize clips/*.wav --model my-model --json',
    'metamer recognize clips/*.wav --model my-model --targets targets.csv --trials model-trials.csv',
  ],
  run: runRecognize,
};

async function runRecognize(sounds: string[], flags: Flags): Promise<0> {
  const model = loadModel(String(flags['model']), earOption(flags));
  const answers = wantedAnswers(model, sounds, flags);
  const progress = countProgress();
  const waveforms: Float32Array[] = [];
  for (const sound of sounds) waveforms.push((await readFlaggedSound(sound, flags, { model })).samples);
  const recognitions = await recognize(model, waveforms, {
    form: flags['form'] as CochleagramForm,
    ...computingOptions(flags),
    top: Number.POSITIVE_INFINITY,
    onHeard: (done, total) => progress.update(done, total, 'sounds heard'),
  });
  progress.stop();
  answers?.write(recognitions);
  const results = sounds.map((sound, i) => ({ sound, heard: firstOf(recognitions[i]!) }));
  const printed = results.map(({ sound, heard }) => ({ sound, ...heard }));
  printResult(flags, printed, () => asTable(model, results));
  return 0;
}

/** Right answers of all sounds, and what writes the model's as trials; undefined where no trials are wanted. */
function wantedAnswers(model: AuditoryModel, sounds: readonly string[], flags: Flags) {
  const { trials, targets } = flags;
  if (trials === undefined) return undefined;
  refuseToOverwrite(String(trials), Boolean(flags['overwrite']));
  const known = new Map([
    ...bundledTargets(sounds),
    ...(targets === undefined ? [] : readTargets(String(targets))),
  ]);
  const tasks = model.classifiers.map(({ task }) => task as string);
  const of = (sound: string) => {
    const answer = known.get(stemOf(sound));
    return answer && tasks.includes(answer.task) ? answer : undefined;
  };
  requireAnswers(
    sounds.filter((sound) => !of(sound)),
    `in a task of ${model.name} (${tasks.join(', ')})`,
  );
  const write = (recognitions: readonly Recognition[]) => {
    const recognized = recognitions.map((heard, i) => {
      const { task, target } = of(sounds[i]!)!;
      const guesses = heard[task as Task];
      return {
        ...{ task, target, sourceId: stemOf(sounds[i]!), response: guesses[0]!.label },
        targetProbability: probabilityOf(guesses, target),
      };
    });
    writeFileAtomic(String(trials), trialsCsv(recognitionTrials(model.name, recognized)));
  };
  return { write };
}

const firstOf = (heard: Recognition): Recognition =>
  Object.fromEntries(
    Object.entries(heard).map(([task, guesses]) => [task, guesses.slice(0, 5)]),
  ) as Recognition;

function asTable(model: AuditoryModel, results: readonly { sound: string; heard: Recognition }[]): string {
  const rows = results.flatMap((result) =>
    model.classifiers.flatMap(({ task }) =>
      result.heard[task]!.map(({ label, probability }, rank) => [
        rank === 0 ? result.sound : '',
        rank === 0 ? task : '',
        label,
        `${(100 * probability).toFixed(1)} %`,
      ]),
    ),
  );
  return table(['sound', 'task', 'label', 'probability'], rows, [3]);
}
