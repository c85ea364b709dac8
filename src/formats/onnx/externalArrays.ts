import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { InputError } from '../../base/inputError.ts';

/**
 * Reads the bytes of an array that a model keeps in a file beside it.
 *
 * @param entries - `location`, and `offset` and `length` in bytes, as TensorProto's `external_data` has them.
 * @param path - The `.onnx` file.
 * @throws InputError when the file is not a regular one inside the model's folder, or does not reach so far.
 */
export function readExternal(entries: ReadonlyMap<string, string>, path: string): Uint8Array {
  const file = insideFolder(entries.get('location') ?? '', path);
  const size = sizeOf(file, path);
  const offset = position(entries.get('offset') ?? '0');
  const length = position(entries.get('length') ?? String(size - offset));
  if (!(length >= 0 && offset + length <= size))
    throw new InputError(
      `${file} must reach as far as ${path} says, from byte ${entries.get('offset') ?? 0} on ${entries.get('length') ?? 'all'} of ${size}; export the model anew`,
    );
  const bytes = new Uint8Array(length);
  const opened = openSync(file, 'r');
  try {
    for (let at = 0; at < length; ) {
      const count = readSync(opened, bytes, at, length - at, offset + at);
      if (count === 0) throw new InputError(`${file} was cut off while it was read; try again`);
      at += count;
    }
  } finally {
    closeSync(opened);
  }
  return bytes;
}

/** NaN for anything but a whole number ≥ 0. */
function position(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** A model from elsewhere must not read what lies outside its own folder, be it by `..`, a full path or a link. */
function insideFolder(location: string, path: string): string {
  const outside = (file: string) => {
    const way = relative(realpathSync(dirname(path)), file);
    return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  const file = join(dirname(path), location);
  if (location === '' || isAbsolute(location) || location.split(/[\\/]/).includes('..'))
    throw misplaced(location, path);
  try {
    if (outside(realpathSync(file))) throw misplaced(location, path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file} cannot be read, ${path} keeps arrays there; put it beside the model`, {
      cause: error,
    });
  }
  return file;
}

function misplaced(location: string, path: string): InputError {
  return new InputError(
    `${path} must keep its arrays in its own folder, it names '${location}'; export the model with its arrays beside it`,
  );
}

/** The size; a pipe or device, which has none and could be waited for without end, is refused unopened. */
function sizeOf(file: string, path: string): number {
  const stats = statSync(file);
  if (!stats.isFile())
    throw new InputError(`${file} must be a file, ${path} keeps arrays there; put it beside the model`);
  return stats.size;
}
