import { createExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import { rms } from '../../../stimuli/level.ts';
import { type CochleagramImage, cochleagramSvg } from '../../figures/cochleagramFigure.ts';
import { columnPx } from '../../figures/figureStyle.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';

/** Size of a panel, CSS pixels. */
export const changePanel = { width: columnPx, height: 300 };

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
    cochleagramSvg(coarsened({ values: ear.analyze(drawn), ...ear }), { title, ...changePanel });
  const scale = rms(waveform) * Math.sqrt(waveform.length);
  const alone = (direction: Float32Array, title: string) =>
    sound(
      direction.map((value) => value * scale),
      title,
    );
  return { sound, alone };
}

/** Means of two channels and three frames, about what a panel's pixels show: files of a sixth. What is left over is left off. */
function coarsened(image: CochleagramImage): CochleagramImage {
  const columns = image.frameTimesSeconds.length;
  const centerFrequenciesHz = blockMeans(image.centerFrequenciesHz, 2);
  const frameTimesSeconds = blockMeans(image.frameTimesSeconds, 3);
  const values = centerFrequenciesHz.flatMap((_, row) => {
    const [low, high] = [2 * row, 2 * row + 1].map((at) =>
      blockMeans(Array.prototype.slice.call(image.values, at * columns, (at + 1) * columns), 3),
    ) as [number[], number[]];
    return low.map((value, column) => (value + high[column]!) / 2);
  });
  return { values, centerFrequenciesHz, frameTimesSeconds };
}

function blockMeans(values: readonly number[], size: number): number[] {
  return Array.from(
    { length: Math.floor(values.length / size) },
    (_, i) => values.slice(i * size, (i + 1) * size).reduce((sum, value) => sum + value, 0) / size,
  );
}
