import { writeJsonAtomic } from '../../src/base/files.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import type { SynthesisPresetName } from '../../src/synthesis/presets.ts';
import { snrDb } from '../../src/synthesis/stageMatch.ts';
import { synthesizeMetamer } from '../../src/synthesis/synthesizeMetamer.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { loudChannels, ratiosByKind } from './textureMatch.ts';

// How well texture synthesis imposes each kind of statistic, on five kinds of bundled sound, judged with the exact ear:
// npx tsx test/bench/textureSynthesis.ts [steps [preset [sounds, with commas]]]

const steps = Number(process.argv[2] ?? 1500);
const preset = (process.argv[3] ?? 'fast') as SynthesisPresetName;
const sounds = process.argv[4]?.split(',') ?? [
  ...['environment-sauna', 'environment-printer', 'environment-vinyl-hiss'],
  ...['music-tabla', 'speech-process'],
];

const model = loadModel('texture');
const results = [];
for (const sound of sounds) {
  const { samples: reference } = await readSound(sound, { model });
  const { metamer } = await synthesizeMetamer(model, reference, {
    ...{ stages: ['statistics'], preset, steps, seed: 1, threads: 1 },
  });
  const [a, b] = await computeActivations(model, [reference, metamer], ['statistics'], { form: 'exact' });
  const [own, other] = [a![0]!, b![0]!];
  const isLoud = loudChannels(reference, model.cochleagram);
  const result = {
    sound,
    all: Math.round(10 * snrDb(own, other)) / 10,
    loudChannels: isLoud.filter(Boolean).length,
    asPublished: ratiosByKind(own, other, isLoud),
    everyChannel: ratiosByKind(own, other),
  };
  process.stderr.write(`${JSON.stringify(result)}\n`);
  results.push(result);
}
writeJsonAtomic(packagePath('test/bench/textureSynthesis.json'), { steps, preset, results });
