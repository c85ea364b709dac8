import { extname } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { npyHeadBytes, npyLayout } from '../../src/formats/npy.ts';
import { aiffSound } from './aiffSound.ts';
import { blockSoundFile } from './blockSound.ts';
import { type ByteSource, openByteSource, sourceFrom } from './byteSource.ts';
import { type ContainerName, type Recognized, recognize } from './containers.ts';
import { flacSound } from './flacSound.ts';
import { mp3Sound } from './mp3Sound.ts';
import { oggSound } from './oggSound.ts';
import { pcmSound } from './pcmSound.ts';
import type { SoundFile } from './soundFile.ts';
import { wavSound } from './wavSound.ts';

/** Rate that `.npy` sounds are taken to have, for they do not say, Hz. */
const usualRateHz = 20000;

const readers: Readonly<
  Record<ContainerName, (source: ByteSource, npyRateHz: number) => SoundFile | Promise<SoundFile>>
> = {
  wav: wavSound,
  w64: wavSound,
  aiff: aiffSound,
  flac: (source) => blockSoundFile(flacSound(source)),
  mp3: (source) => blockSoundFile(mp3Sound(source)),
  ogg: (source) => blockSoundFile(oggSound(source)),
  npy: npySound,
};

/**
 * Opens a sound file: WAV, W64, AIFF, FLAC, MP3, OGG (Vorbis, Opus, FLAC) or `.npy`. How long it is, is known then;
 * nothing is decoded yet, and decoders load only when they are called.
 *
 * @param path - The file.
 * @param npyRateHz - Rate of a `.npy` sound, Hz.
 * @throws InputError when it is missing, empty, of another kind than its name says, damaged or cut off.
 */
export async function openSound(path: string, npyRateHz = usualRateHz): Promise<SoundFile> {
  const source = openByteSource(path);
  try {
    return await openSource(source, npyRateHz);
  } catch (error) {
    source.close();
    throw error;
  }
}

async function openSource(source: ByteSource, npyRateHz: number): Promise<SoundFile> {
  const { path } = source;
  if (source.size === 0) throw new InputError(`${path} is empty (0 bytes); give a sound file`);
  const found = recognize(source);
  const container = checkedContainer(path, found);
  return readers[container](sourceFrom(source, found.start), npyRateHz);
}

const containersOfExtension: Readonly<Record<string, ContainerName>> = {
  '.wav': 'wav',
  '.wave': 'wav',
  '.bwf': 'wav',
  '.rf64': 'wav',
  '.w64': 'w64',
  '.aif': 'aiff',
  '.aiff': 'aiff',
  '.aifc': 'aiff',
  '.flac': 'flac',
  '.mp3': 'mp3',
  '.ogg': 'ogg',
  '.oga': 'ogg',
  '.opus': 'ogg',
  '.npy': 'npy',
};

/** Endings that files of sound have, in small letters. */
export const soundEndings: readonly string[] = Object.keys(containersOfExtension);

function checkedContainer(path: string, { container, foreign }: Recognized): ContainerName {
  if (foreign !== undefined)
    throw new InputError(
      `${path} is ${foreign}, which is not read; convert it to WAV or FLAC, with ffmpeg for instance`,
    );
  if (!container)
    throw new InputError(
      `${path} must be a WAV, FLAC, MP3, OGG, AIFF, W64 or .npy sound, its first bytes are none of these; convert it first`,
    );
  const extension = extname(path).toLowerCase();
  const expected = Object.hasOwn(containersOfExtension, extension)
    ? containersOfExtension[extension]
    : undefined;
  if (expected && expected !== container)
    throw new InputError(
      `${path} must hold what its name says (${expected}), it holds ${container}; rename or convert it`,
    );
  return container;
}

function npySound(source: ByteSource, sampleRateHz: number): SoundFile {
  const { path, size } = source;
  const { start, width, shape, count } = npyLayout(source.read(0, npyHeadBytes).slice(), size, path);
  if (shape.filter((axis) => axis !== 1).length > 1)
    throw new InputError(
      `${path} must be mono (one axis), its shape is [${shape.join(', ')}]; save one channel`,
    );
  const encoding = { kind: 'float', bytes: width, isLittleEndian: true } as const;
  return pcmSound(source, { channels: 1, sampleRateHz, encoding, samples: count, start });
}
