import { writeJsonAtomic } from '../../src/base/files.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { snrDb } from '../../src/synthesis/stageMatch.ts';
import { synthesizeMetamer } from '../../src/synthesis/synthesizeMetamer.ts';
import { readSound } from '../../stimuli/readSound.ts';

// How well texture synthesis imposes each kind of statistic, on five kinds of bundled sound, judged with the exact ear:
// npx tsx test/bench/textureSynthesis.ts [steps [seed]]

const steps = Number(process.argv[2] ?? 4800);
const seed = Number(process.argv[3] ?? 1);
const sounds = [
  ...['environment-sauna', 'environment-printer', 'environment-vinyl-hiss'],
  ...['music-tabla', 'speech-process'],
];
/** Kinds in the stage `statistics`, in order, and how many of each. */
const kinds = {
  ...{ mean: 32, variation: 32, skewness: 32, kurtosis: 32, correlations: 189 },
  ...{
    modulationPower: 640,
    modulationCorrelationsAcrossChannels: 366,
    modulationCorrelationsAcrossRates: 320,
  },
};

const model = loadModel('texture');
const results = [];
for (const sound of sounds) {
  const { samples: reference } = await readSound(sound, { model });
  const { metamer, losses } = await synthesizeMetamer(model, reference, {
    ...{ stages: ['statistics'], steps, seed, threads: 1 },
  });
  const [a, b] = await computeActivations(model, [reference, metamer], ['statistics'], { form: 'exact' });
  let at = 0;
  const byKind = Object.entries(kinds).map(([kind, count]) => {
    const part = [a![0]!, b![0]!].map((values) => values.subarray(at, at + count));
    at += count;
    return [kind, Math.round(10 * snrDb(part[0]!, part[1]!)) / 10] as const;
  });
  const all = Math.round(10 * snrDb(a![0]!, b![0]!)) / 10;
  process.stderr.write(
    `${sound}: ${all} dB, loss ${losses.at(-1)} ${JSON.stringify(Object.fromEntries(byKind))}\n`,
  );
  results.push({ sound, snrDb: { all, ...Object.fromEntries(byKind) } });
}
writeJsonAtomic(packagePath('test/bench/textureSynthesis.json'), { steps, seed, results });
