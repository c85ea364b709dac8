import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import type { AuditoryModel } from './auditoryModel.ts';

/**
 * The same model with a fast ear of another precision.
 *
 * @param model - One that takes cochleagrams.
 * @param oversampling - Envelope rate over each filter's width.
 */
export function withOversampling(model: AuditoryModel, oversampling: number): AuditoryModel {
  const ear = createFastCochleagram(model.cochleagram, { oversampling });
  return {
    ...model,
    oversampling,
    activations: (waveform, stageNames, options) =>
      model.activationsOfCochleagram(ear(waveform), stageNames, options),
  };
}
