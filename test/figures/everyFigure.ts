import { readFileSync } from 'node:fs';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { powerFigure } from '../../src/analysis/power/powerReport.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { brainFigure } from '../../src/experiments/brain/brainFigure.ts';
import { causeNames } from '../../src/experiments/causes/causes.ts';
import { causesFigure } from '../../src/experiments/causes/causesFigure.ts';
import { differentiationFigure } from '../../src/experiments/distort/differentiate/differentiationFigure.ts';
import { eigenFigure } from '../../src/experiments/distort/eigen/eigenFigure.ts';
import { principalFigure } from '../../src/experiments/distort/principal/principalFigure.ts';
import { driveFigure } from '../../src/experiments/drive/driveFigure.ts';
import { learnedEarFigure } from '../../src/experiments/learnedEar/learnedEarFigure.ts';
import { lesionFigure } from '../../src/experiments/lesion/lesionFigure.ts';
import { cochleagramSvg } from '../../src/figures/cochleagramFigure.ts';
import { crossFigure, recognizedByOthers } from '../../src/figures/crossFigure.ts';
import { runFigure } from '../../src/figures/runFigure.ts';
import { besideFigure } from '../../src/training/figures/besideFigure.ts';
import { branchStudyFigure } from '../../src/training/figures/branchStudyFigure.ts';
import { curvesFigure } from '../../src/training/figures/curvesFigure.ts';
import { evaluationFigures } from '../../src/training/figures/evaluationFigures.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';
import { exampleRun } from './exampleRun.ts';

/**
 * Every figure of the commands, from stored results where there are some, with names as long as they come.
 *
 * @returns SVGs by what is drawn. The report's own are looked at in its page.
 */
export function everyFigure(): Map<string, string> {
  const model = tinyModel();
  const waveform = tinySound(1);
  const ear = createExactCochleagram(model.cochleagram, waveform.length);
  const evaluation = { ...stored('src/model/weights/branched-small/evaluation.json'), humans };
  const cross = stored('docs/experiments/robust-training/cross.json');
  const ears = stored('docs/experiments/learned-ear.results.json');
  return new Map<string, string>([
    [
      'cochleagram',
      cochleagramSvg(
        { values: ear.analyze(waveform), ...ear },
        { title: 'speech-have through branched-small' },
      ),
    ],
    ['synthesize', runFigure(exampleRun, { reference: waveform, metamer: tinySound(2) }, model)],
    ['cross', crossFigure(recognizedByOthers(cross))],
    ...[...evaluationFigures(evaluation)].map(([name, svg]): [string, string] => [`evaluate: ${name}`, svg]),
    ['evaluate: beside', besideFigure([evaluation, { ...evaluation, ear: { name: 'moderately impaired' } }])],
    ['train', curvesFigure(metrics(), 'branched-small')],
    ['branch-study', branchStudyFigure(stored('test/bench/branchStudy/branch-study.json'))],
    ['lesion', lesionFigure(stored('docs/experiments/lesion/shared-all.json'))],
    ['learned-ear', learnedEarFigure({ config: { ear: earOf }, runs: ears } as never)],
    ['causes', causesFigure({ ...stored('docs/experiments/causes.results.json'), places } as never)],
    ['brain', brainFigure(prediction('low frequencies'), { random: prediction('a') as never })],
    ['distort --method eigen', eigenFigure(eigen, { waveform, directions: changes as never }, model)],
    [
      'distort --method principal',
      principalFigure(principal, { waveform, directions: changes as never }, model),
    ],
    [
      'distort --method differentiate',
      differentiationFigure(differentiation, { original: waveform, found }, model),
    ],
    ['drive', driveFigure(driven, { waveform, bestWaveform: tinySound(2) }, model)],
    ['analyze --plan', powerFigure(power)],
  ]);
}

// biome-ignore lint/suspicious/noExplicitAny: what the figures take of it is in the record's own schema
const stored = (path: string): any => JSON.parse(readFileSync(packagePath(path), 'utf8'));
const metrics = () =>
  readFileSync(packagePath('src/model/weights/branched-small/metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    // Its first training; those that began with its weights follow.
    .filter(({ step }, i, lines) => step > Math.max(0, ...lines.slice(0, i).map((line) => line.step)));

const earOf = { channels: 24, lowHz: 50, highHz: 5000 };
const stages = ['cochleagram', 'norm1', 'conv2', 'pool5.word', 'top.music'];
const named = { sound: 'speech-have', model: 'branched-small', stage: 'conv4.word' };
const change = (length: number, scale: number) =>
  Float32Array.from({ length }, (_, i) => scale * Math.sin(i));
const changes = {
  ...{ largest: change(4000, 0.03), smallest: change(4000, 0.02) },
  ...{ first: change(4000, 0.03), second: change(4000, 0.02) },
};
const places = Object.fromEntries(
  causeNames.map((name) => [name, [0.1, 0.5, 0.9].map((truth) => ({ truth, inferred: truth }))]),
);

const prediction = (name: string) =>
  ({
    ...{ model: named.model, repeats: 3 },
    stages: stages.map((stage, i) => ({
      stage,
      responses: [name, 'speech'].map((each, k) => ({
        name: each,
        r2: 0.2 + i / 10 - k / 9,
        r2Corrected: null,
      })),
    })),
  }) as never;

const effect = (gain: number) => ({
  levels: [-40, -20].map((levelDb) => {
    const predicted = gain * 10 ** (levelDb / 20);
    return { levelDb, measured: 0.9 * predicted, predicted };
  }),
});
const eigen = {
  ...{ ...named, distortions: { largest: effect(3), smallest: effect(0.03) }, noise: effect(0.2) },
} as never;
const principal = {
  ...{ ...named, floorDb: -20 },
  sensitivities: stages.map((observer, i) => ({ observer, firstDb: 5 * i, secondDb: 9 - i })),
} as never;
const sound = {
  ...{ held: 'cochleagram', pushed: 'conv3', push: 'most', levelDb: -20 },
  ...{ start: { held: 0.03, pushed: 0.08 }, end: { held: 0.03, pushed: 0.3 } },
} as never;
const differentiation = {
  ...{ ...named, observers: ['cochleagram', 'conv3'], levelsDb: [-20], sounds: [sound] },
} as never;
const found = [{ sound, waveform: tinySound(2) }];
const driven = {
  ...{ ...named, objective: { name: 'stretch' } },
  loss: [
    [0, 1],
    [40, -8],
  ],
  comparison: {
    best: { sound: 'speech-have', score: 3 },
    natural: [{ sound: 'speech-have', z: 3, neighbors: 1 }],
    noise: { z: 0, neighbors: 0 },
    driven: { z: 8, neighbors: 2 },
  },
} as never;
const humans = {
  ...{ participants: 44, cells: 20, r: 0.912, rmse: 0.104, ceiling: 0.984 },
  compared: ['babble', 'music', 'auditory-scenes', 'stationary-noise', 'modulated-noise'].flatMap(
    (background, i) =>
      [-9, -3, 3, null].map((snrDb) => ({
        ...{ background, snrDb, trials: 40, human: 0.5 + (snrDb ?? 9) / 30, humanStandardError: 0.02 },
        model: 0.5 + (snrDb ?? 9) / 30 - i / 20,
      })),
  ),
};
const power = ['stage (humans)', 'observer × stage', 'stage × metamer model'].flatMap((test, i) =>
  [10, 20, 40].map((participants) => ({
    ...{ test, participants, power: participants / 50 + i / 20, simulations: 50 },
    interval: { low: participants / 60, high: participants / 45 },
  })),
);
