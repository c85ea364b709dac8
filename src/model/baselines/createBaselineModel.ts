import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs';
import { createFastCochleagram } from '../../../cochlea/fastCochleagram.ts';
import { cochleagramShape, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { type AuditoryModel, checkStages, type Stage } from '../auditoryModel.ts';
import { type HearingOptions, hearingThrough } from '../hearingThrough.ts';
import { publishedSeconds } from '../publishedModel.ts';
import type { Baseline } from './baseline.ts';
import { type Readout, readoutTensor, readReadout } from './readout.ts';
import { spectempBaseline } from './spectemp.ts';
import { textureBaseline } from './texture.ts';

const baselines = new Map<string, (samples: number) => Baseline>([
  ['spectemp', spectempBaseline],
  ['texture', textureBaseline],
]);

/** Names of the models that are not networks. */
export const baselineNames: readonly string[] = [...baselines.keys()];

/**
 * A model without learned features, and the linear readout of words and genres that was fitted to it.
 *
 * @param name - One of {@link baselineNames}.
 * @throws InputError when the sound is too short for one frame.
 */
export function createBaselineModel(
  name: string,
  { oversampling, durationSeconds, ear: impairment }: HearingOptions,
): AuditoryModel {
  const { sampleRateHz } = defaultCochleagramParameters;
  const samples = Math.round((durationSeconds ?? publishedSeconds) * sampleRateHz);
  const baseline = hearingThrough(baselines.get(name)!(samples), impairment);
  const readout = readReadout(name);
  const stages = stagesOf(baseline, readout, samples);
  const ear = createFastCochleagram(baseline.cochleagram, { oversampling });
  const activationsOfCochleagram: AuditoryModel['activationsOfCochleagram'] = (cochleagram, stageNames) => {
    checkStages({ name, stages }, stageNames);
    const of = remembered(baseline, readout, cochleagram);
    return stageNames.map(of);
  };
  return {
    ...{ name, sampleRateHz, samples, oversampling, stages },
    ...(samples === publishedSeconds * sampleRateHz
      ? {}
      : { ownLength: { seconds: publishedSeconds, stages: [] } }),
    hash: hashOf(name, baseline, readout, samples),
    cochleagram: baseline.cochleagram,
    classifiers: readout.tasks.map(({ task, labels }) => ({ task, stage: `top.${task}`, labels })),
    activations: (waveform, stageNames, options) =>
      activationsOfCochleagram(ear(waveform), stageNames, options),
    activationsOfCochleagram,
  };
}

function stagesOf(baseline: Baseline, readout: Readout, samples: number): Stage[] {
  const shape = cochleagramShape(baseline.cochleagram, samples);
  const fixed = baseline.stages.filter(({ isHidden }) => !isHidden);
  return [
    { name: 'cochleagram', inputs: [], shape, parameters: 0, macs: 0 },
    ...fixed.map(({ name, inputs, shape: ofStage, macs }) => ({
      ...{ name, inputs, shape: ofStage, parameters: 0, macs },
    })),
    ...readout.tasks.map(({ task, labels, weights }) => ({
      ...{ name: `top.${task}`, inputs: [baseline.readoutStage], shape: [labels.length] },
      ...{ parameters: weights.length + labels.length, macs: weights.length },
    })),
  ];
}

/** Each stage's value once, from what it needs. */
function remembered(baseline: Baseline, readout: Readout, cochleagram: Tensor): (name: string) => Tensor {
  const values = new Map([['cochleagram', cochleagram]]);
  const compute = (name: string): Tensor => {
    const stage = baseline.stages.find((each) => each.name === name);
    if (stage) return stage.compute(of);
    const task = readout.tasks.find((each) => name === `top.${each.task}`)!;
    return readoutTensor(task, readout.features, of(baseline.readoutStage));
  };
  const of = (name: string): Tensor => {
    const value = values.get(name) ?? compute(name);
    values.set(name, value);
    return value;
  };
  return of;
}

function hashOf(name: string, { version, cochleagram }: Baseline, readout: Readout, samples: number): string {
  const hash = createHash('sha256').update(JSON.stringify([name, version, cochleagram, samples]));
  for (const { labels, weights, bias } of readout.tasks)
    hash.update(JSON.stringify(labels)).update(weights).update(bias);
  return hash.digest('hex');
}
