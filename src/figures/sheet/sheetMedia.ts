import { createFastCochleagram } from '../../../cochlea/fastCochleagram.ts';
import { cochleagramShape, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { encodeFlac } from '../../../stimuli/encodeFlac.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { compile } from '../../engine/compile.ts';
import type { Program } from '../../engine/engine.ts';
import { cochleagramPicture } from '../cochleagramFigure.ts';

/** A sound as a contact sheet holds it. */
export interface SheetSound {
  /** FLAC of 16 bits, as a data URI. */
  audio: string;
  /** Small cochleagram, as a data URI. */
  picture: string;
  durationSeconds: number;
}

/** Channels and frames of the ear that become one pixel of a picture. */
const pooled = { channels: 2, frames: 2 };
/** Pictures of longer sounds have no more columns than this. */
const mostColumns = 400;
/** Where the color scale ends: speech and music at the usual level have a hundredth of their points above. */
const loudestValue = 0.3;

/**
 * Makes the sounds of a contact sheet. All cochleagrams are the published ear's on one scale, whatever ear a run's model
 * has, so that they can be compared.
 *
 * @returns `sound` reads a file; `release` frees what was compiled.
 */
export function createSheetMedia(): {
  sound: (path: string) => Promise<SheetSound>;
  release: () => Promise<void>;
} {
  const ears = new Map<number, Promise<Program>>();
  const { sampleRateHz } = defaultCochleagramParameters;
  const sound = async (path: string): Promise<SheetSound> => {
    const { samples } = await readSound(path, {
      ...{ sampleRateHz, durationSeconds: null, rms: null, demean: false },
    });
    if (!ears.has(samples.length)) ears.set(samples.length, compiledEar(samples.length));
    const { values } = await (await ears.get(samples.length)!).run({ waveform: samples });
    const flac = await encodeFlac(quantized(samples), sampleRateHz);
    return {
      audio: `data:audio/flac;base64,${flac.toString('base64')}`,
      picture: pictureOf(values!, cochleagramShape(defaultCochleagramParameters, samples.length)),
      durationSeconds: samples.length / sampleRateHz,
    };
  };
  const release = async () => {
    for (const ear of ears.values()) await (await ear).release();
  };
  return { sound, release };
}

/** The form inside the models: a hundredth of the exact one's time, and no difference that an eye could see. */
function compiledEar(samples: number): Promise<Program> {
  const ear = createFastCochleagram(defaultCochleagramParameters);
  return compile(({ waveform }) => ({ values: ear(waveform) }), { waveform: { shape: [1, samples] } });
}

/** Samples of 16 bits; what is beyond full scale is cut off. */
function quantized(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.round(32767 * Math.max(-1, Math.min(1, sample))));
}

function pictureOf(values: Float32Array, [channels, frames]: readonly [number, number]): string {
  const every = { ...pooled, frames: Math.max(pooled.frames, Math.ceil(frames / mostColumns)) };
  const size = {
    channels: Math.floor(channels / every.channels),
    frames: Math.max(1, Math.floor(frames / every.frames)),
  };
  const means = Float32Array.from({ length: size.channels * size.frames }, (_, i) => {
    const [row, column] = [Math.floor(i / size.frames) * every.channels, (i % size.frames) * every.frames];
    return meanOf(values, { row, column, ...every, columns: frames });
  });
  return cochleagramPicture(means, size, [0, loudestValue]);
}

function meanOf(
  values: Float32Array,
  block: { row: number; column: number; channels: number; frames: number; columns: number },
): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < block.channels; i++)
    for (let j = 0; j < block.frames && block.column + j < block.columns; j++, count++)
      sum += values[(block.row + i) * block.columns + block.column + j]!;
  return sum / count;
}
