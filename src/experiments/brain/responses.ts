import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { cellNumber, isMissing } from '../../base/csvCells.ts';
import { InputError } from '../../base/inputError.ts';
import { listed } from '../../base/inWords.ts';
import { readCsvTable } from '../../base/readCsv.ts';
import { readMatV5 } from '../../formats/matV5.ts';
import { readNpy } from '../../formats/npy.ts';

/** Measured responses to sounds. */
export interface Responses {
  /** Of each response: voxel, electrode, component. */
  names: readonly string[];
  sounds: number;
  /** What the rows call their sounds, where they do. */
  soundNames?: readonly string[];
  /** Measurements of each response to each sound. */
  repeats: number;
  /** Shape [repeats, sounds, responses], row-major. */
  values: Float64Array;
}

/** Measured responses, and the sounds they are to. */
export interface MeasuredSounds {
  responses: Responses;
  /** Waveforms of the model's rate and length, in the order of the responses' rows. */
  waveforms: readonly Float32Array[];
}

/** Which variable of a MAT-file is read, where it holds several arrays. */
export interface ReadResponsesOptions {
  variable?: string;
}

/**
 * Reads measured responses: sounds × responses, a third axis for repeated measurements.
 *
 * @param path - `.npy`; `.mat` (version 5); `.csv` with a header of response names, a row a sound, and a first column
 *   `sound` if the rows have names.
 * @param options - Variable of a MAT-file; default: its only array of two or three axes.
 * @throws InputError when the file cannot be read, or holds values that are missing or not finite.
 */
export function readResponses(path: string, options: ReadResponsesOptions = {}): Responses {
  if (!existsSync(path)) throw new InputError(`${path} must exist, it does not; give a file of responses`);
  const ending = extname(path).toLowerCase();
  const read = { '.npy': npyResponses, '.mat': matResponses, '.csv': csvResponses }[ending];
  if (!read)
    throw new InputError(
      `responses must be in a .npy, .mat or .csv file, got ${path}; save them as one of these`,
    );
  const responses = read(path, options);
  const wrong = responses.values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const perRepeat = responses.sounds * responses.names.length;
    const name = responses.names[wrong % responses.names.length];
    throw new InputError(
      `${path} must hold finite numbers, response '${name}' to sound ${Math.floor((wrong % perRepeat) / responses.names.length) + 1} is ${responses.values[wrong]}; leave that response out`,
    );
  }
  return responses;
}

/**
 * Refuses responses to another number of sounds.
 *
 * @param responses - Measured.
 * @param sounds - Number of sounds.
 * @throws InputError naming both numbers.
 */
export function requireRowPerSound(responses: Responses, sounds: number): void {
  if (responses.sounds === sounds) return;
  throw new InputError(
    `responses must be to the ${sounds} sounds, they are to ${responses.sounds}; give one row a sound, in the order of the sorted file names`,
  );
}

/**
 * Refuses responses that are alike to all sounds: nothing predicts them.
 *
 * @param responses - Measured.
 * @throws InputError naming those that do not vary.
 */
export function requireVariation(responses: Responses): void {
  const constant = responses.names.filter((_, r) => !varies(responses, r)).map((name) => `'${name}'`);
  if (constant.length === 0) return;
  throw new InputError(
    `each response must vary over the sounds, not so ${listed(constant, 3)}; leave out what does not vary`,
  );
}

/** Whether a response differs between sounds, in each of its measurements. */
function varies(responses: Responses, response: number): boolean {
  const { repeats, sounds, names } = responses;
  return Array.from({ length: repeats }, (_, repeat) => repeatOf(responses, repeat)).every((values) =>
    Array.from({ length: sounds }, (_, sound) => values[sound * names.length + response]).some(
      (value) => value !== values[response],
    ),
  );
}

function npyResponses(path: string): Responses {
  const { values, shape } = readNpy(path);
  return ordered(
    path,
    shape,
    (sound, response, repeat, [, responses, repeats]) =>
      values[(sound * responses + response) * repeats + repeat]!,
  );
}

function matResponses(path: string, { variable }: ReadResponsesOptions): Responses {
  const arrays = [...readMatV5(path)].filter(([, { shape }]) => Math.min(...shape.slice(0, 2)) > 1);
  const named = arrays.map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', ');
  const found = variable === undefined ? arrays : arrays.filter(([name]) => name === variable);
  if (found.length !== 1)
    throw new InputError(`must name one array of ${path}, which holds ${named || 'none'}; name it`, {
      option: 'variable',
    });
  const { values, shape } = found[0]![1];
  return ordered(
    path,
    shape,
    (sound, response, repeat, [sounds, responses]) =>
      values[(repeat * responses + response) * sounds + sound]!,
  );
}

function csvResponses(path: string): Responses {
  const { columns, rows, lines, separator } = readCsvTable(path);
  const first = columns[0]?.toLowerCase() === 'sound' ? 1 : 0;
  const names = columns.slice(first);
  const numberIn = (row: number, cell: string, response: number) => {
    const value = cellNumber(cell, separator);
    if (!Number.isFinite(value))
      throw new InputError(
        `${path} line ${lines[row]}: response '${names[response]}' must be a finite number, it is ${isMissing(cell) ? 'missing' : `'${cell}'`}; mend it, or leave that response out`,
      );
    return value;
  };
  const values = rows.flatMap((cells, row) =>
    cells.slice(first).map((cell, response) => numberIn(row, cell, response)),
  );
  const soundNames = first > 0 ? { soundNames: rows.map(([name]) => name!) } : {};
  return { names, sounds: rows.length, ...soundNames, repeats: 1, values: Float64Array.from(values) };
}

/** Puts an array of two or three axes into our order. */
function ordered(
  path: string,
  shape: readonly number[],
  valueAt: (sound: number, response: number, repeat: number, sizes: [number, number, number]) => number,
): Responses {
  if (shape.length < 1 || shape.length > 3)
    throw new InputError(
      `${path} must be sounds × responses, or sounds × responses × repeats, its shape is [${shape.join(', ')}]; save it so`,
    );
  const [sounds, responses, repeats] = [shape[0]!, shape[1] ?? 1, shape[2] ?? 1];
  const values = new Float64Array(sounds * responses * repeats);
  let at = 0;
  for (let repeat = 0; repeat < repeats; repeat++)
    for (let sound = 0; sound < sounds; sound++)
      for (let response = 0; response < responses; response++)
        values[at++] = valueAt(sound, response, repeat, [sounds, responses, repeats]);
  return { names: Array.from({ length: responses }, (_, i) => String(i + 1)), sounds, repeats, values };
}

/**
 * One measurement of all responses.
 *
 * @param responses - Measured.
 * @param repeat - Which, from 0.
 * @returns A view, shape [sounds, responses].
 */
export function repeatOf({ values, sounds, names }: Responses, repeat: number): Float64Array {
  const size = sounds * names.length;
  return values.subarray(repeat * size, (repeat + 1) * size);
}

/**
 * Mean over the measurements.
 *
 * @param responses - Measured.
 * @returns Shape [sounds, responses], row-major.
 */
export function meanResponses(responses: Responses): Float64Array {
  const mean = new Float64Array(responses.sounds * responses.names.length);
  for (let repeat = 0; repeat < responses.repeats; repeat++) {
    const values = repeatOf(responses, repeat);
    for (let i = 0; i < mean.length; i++) mean[i]! += values[i]! / responses.repeats;
  }
  return mean;
}
