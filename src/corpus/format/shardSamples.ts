import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openSound } from '../../../stimuli/files/openSound.ts';
import { makeFolder } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import type { Corpus, CorpusDescription } from './corpusFormat.ts';

/** A shard's samples of 16 bits: in memory that threads share, or in a file of nothing else, of which stretches are read. */
export type ShardSamples = { samples: Int16Array<SharedArrayBuffer> } | { path: string };

type Shard = CorpusDescription['shards'][number];

/** A shard may hold hours; this many samples of it are decoded at once. */
const decodedAtOnce = 2 ** 22;
const readAtOnce = 2 ** 22;
const bytesPerSample = 2;

/**
 * Decodes the shards of a corpus: into memory as many as fit, the others once into files beside the corpus.
 *
 * @param corpus - Folder and shards.
 * @param memoryMib - What decoded shards may take of the memory, MiB.
 * @returns Samples by the shard's file name.
 * @throws InputError when a shard is missing or not as it was written, or the files cannot be written.
 */
export async function decodeShards(
  { folder, description: { shards } }: Pick<Corpus, 'folder' | 'description'>,
  memoryMib: number,
): Promise<Record<string, ShardSamples>> {
  let left = memoryMib * 2 ** 20;
  const decoded = shards.map((shard) => {
    const bytes = bytesPerSample * shard.samples;
    if (bytes > left) return { shard, target: { path: join(folder, 'decoded', `${shard.sha256}.pcm`) } };
    left -= bytes;
    return { shard, target: { samples: new Int16Array(new SharedArrayBuffer(bytes)) } };
  });
  const waiting = [...decoded];
  // Two at a time: one is decoded while the other's samples are rounded.
  const decode = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      if ('path' in next.target) await decodeToFile(next.target.path, folder, next.shard);
      else await decodeToMemory(next.target.samples, folder, next.shard);
  };
  await Promise.all([decode(), decode()]);
  return Object.fromEntries(decoded.map(({ shard, target }) => [shard.file, target]));
}

/**
 * Reads a stretch of a shard.
 *
 * @param shard - Of {@link decodeShards}.
 * @param start - First sample.
 * @param end - The one after the last.
 * @returns Shape [end − start], 16 bits; a view where the shard is in memory.
 * @throws InputError when the file is gone or shorter.
 */
export function readShardSamples(shard: ShardSamples, start: number, end: number): Int16Array {
  if ('samples' in shard) return shard.samples.subarray(start, end);
  // All of it is read, so none has to be cleared before.
  const bytes = Buffer.allocUnsafeSlow(bytesPerSample * (end - start));
  const file = openSync(shard.path, 'r');
  try {
    const read = readSync(file, bytes, 0, bytes.length, bytesPerSample * start);
    if (read === bytes.length) return new Int16Array(bytes.buffer);
  } finally {
    closeSync(file);
  }
  throw new InputError(`${shard.path} must hold a whole shard, it was cut off; remove it and begin again`);
}

async function decodeToMemory(target: Int16Array, folder: string, shard: Shard): Promise<void> {
  let at = 0;
  await decode(folder, shard, (samples) => {
    target.set(samples, at);
    at += samples.length;
  });
}

/** The file is named by the shard's checksum, so that it is never that of another corpus. */
async function decodeToFile(path: string, folder: string, shard: Shard): Promise<void> {
  if (existsSync(path) && statSync(path).size === bytesPerSample * shard.samples) return;
  makeFolder(join(folder, 'decoded'));
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w');
  try {
    await decode(folder, shard, (samples) => {
      const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    });
    renameSync(temporary, path);
  } finally {
    closeSync(file);
    rmSync(temporary, { force: true });
  }
}

async function decode(folder: string, shard: Shard, take: (samples: Int16Array) => void): Promise<void> {
  const path = join(folder, shard.file);
  if (hashOf(path) !== shard.sha256)
    throw new InputError(
      `${path} must have the SHA-256 that corpus.json names, it was changed or damaged; build the corpus again`,
    );
  const sound = await openSound(path);
  try {
    if (sound.samples !== shard.samples)
      throw new InputError(
        `${path} must have ${shard.samples} samples, it has ${sound.samples}; build the corpus anew`,
      );
    for (let start = 0; start < shard.samples; start += decodedAtOnce) {
      const [channel] = await sound.read(start, decodedAtOnce);
      take(Int16Array.from(channel!, (value) => Math.round(value * 32768)));
    }
  } finally {
    sound.close();
  }
}

function hashOf(path: string): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(readAtOnce);
  try {
    const file = openSync(path, 'r');
    try {
      for (let read = 1; read > 0; ) {
        read = readSync(file, buffer);
        hash.update(buffer.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
    return hash.digest('hex');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(cause)})`;
    throw new InputError(`${path}, a shard of the corpus, ${reason}; build the corpus anew`, { cause });
  }
}
