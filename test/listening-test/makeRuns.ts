import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/base/random.ts';
import { wavBytes } from '../../stimuli/writeWav.ts';

const rateHz = 48000;

/** A short noise burst as a WAV file. */
export function writeNoise(path: string, seed: number, seconds = 0.3): void {
  const random = createRandom(seed);
  const samples = Float32Array.from({ length: seconds * rateHz }, () => 0.1 * random.normal());
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, wavBytes([samples], { sampleRateHz: rateHz, format: 'int16' }));
}

/** What runs to invent. */
export interface MakeRunsOptions {
  /** The model's class of each sound: of one task, or without a task. */
  sources: readonly { name: string; predicted: string | Record<string, string> }[];
  model?: string;
  stages: readonly string[];
  /** Runs that failed their criteria, as `source/stage`. */
  failed?: readonly string[];
  seconds?: number;
  /** All stages of the model in order; runs of the first versions do not tell them. */
  stageOrder?: readonly string[];
}

/** Writes run folders as `metamer synthesize` does, with noise for sounds. */
export function makeRuns(folder: string, options: MakeRunsOptions): string {
  const { sources, stages, model = 'net', failed = [], seconds, stageOrder } = options;
  sources.forEach(({ name, predicted }, source) => {
    stages.forEach((stage, place) => {
      const run = join(folder, name, stage);
      writeNoise(join(run, 'reference.wav'), source + 1, seconds);
      writeNoise(join(run, 'metamer.wav'), 1000 * (place + 1) + source, seconds);
      const both = (label: string) => ({ reference: label, metamer: label });
      const criteria = {
        predictedClass: both(typeof predicted === 'string' ? predicted : Object.values(predicted)[0]!),
        ...(typeof predicted === 'string'
          ? {}
          : {
              predictedClasses: Object.fromEntries(
                Object.entries(predicted).map(([task, label]) => [task, both(label)]),
              ),
            }),
        passed: !failed.includes(`${name}/${stage}`),
      };
      writeFileSync(
        join(run, 'run.json'),
        JSON.stringify({ sound: `${name}.wav`, stage, model, stageOrder, criteria }),
      );
    });
  });
  return folder;
}
