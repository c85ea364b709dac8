import { arraySize } from '../../base/arraySize.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';

/**
 * What `metamer models` and `metamer stages` tell of a model.
 *
 * @returns Its facts, totals included, ready for JSON.
 */
export function modelSummary(model: AuditoryModel) {
  const { name, hash, sampleRateHz, samples } = model;
  const stages = model.stages.map((stage) => ({
    name: stage.name,
    inputs: stage.inputs,
    shape: stage.shape,
    units: arraySize(stage.shape),
    parameters: stage.parameters,
    macs: stage.macs,
  }));
  return {
    name,
    hash,
    sampleRateHz,
    samples,
    parameters: stages.reduce((sum, stage) => sum + stage.parameters, 0),
    macs: stages.reduce((sum, stage) => sum + stage.macs, 0),
    classifiers: model.classifiers.map(({ task, stage, labels }) => ({
      task,
      stage,
      classes: labels.length,
    })),
    stages,
  };
}
