import { createExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import { rms } from '../../../stimuli/level.ts';
import { cochleagramSvg } from '../../figures/cochleagramFigure.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';

/** Size of a panel, CSS pixels. */
export const changePanel = { width: 560, height: 330 };

/**
 * Panels of figures that show changes of a sound.
 *
 * @param waveform - The sound, shape [samples].
 * @param model - Gives the cochleagram.
 * @returns `sound` draws a sound, `alone` a direction of unit length, at the level of the sound.
 */
export function changePanels(waveform: Float32Array, model: Pick<AuditoryModel, 'cochleagram'>) {
  const ear = createExactCochleagram(model.cochleagram, waveform.length);
  const sound = (drawn: Float32Array, title: string) =>
    cochleagramSvg({ values: ear.analyze(drawn), ...ear }, { title, ...changePanel });
  const scale = rms(waveform) * Math.sqrt(waveform.length);
  const alone = (direction: Float32Array, title: string) =>
    sound(
      direction.map((value) => value * scale),
      title,
    );
  return { sound, alone };
}
