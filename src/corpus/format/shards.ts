import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { encodeFlac } from '../../../stimuli/encodeFlac.ts';
import { makeFolder, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import { sha256 } from '../../base/sha256.ts';
import { type CorpusEntry, corpusRateHz, entrySchema, shardSchema } from './corpusFormat.ts';
import type { CorpusPart, Segment } from './segment.ts';

const finishedSchema = z.object({ shard: shardSchema, entries: z.array(entrySchema) });

/** A finished part: its shard and entries. */
export type FinishedPart = z.infer<typeof finishedSchema>;

/**
 * Makes a part's shard, or takes it as it is when an earlier run finished it.
 *
 * @param folder - The corpus.
 * @param part - What to make.
 * @returns Its shard and entries; undefined when it has no segment.
 */
export async function makePart(folder: string, part: CorpusPart): Promise<FinishedPart | undefined> {
  const record = join(folder, 'parts', `${part.name}.json`);
  const before = finishedPart(folder, record);
  if (before) return before;
  makeFolder(join(folder, 'shards'));
  const file = `shards/${part.name}.flac`;
  const pieces: Int16Array[] = [];
  const entries: CorpusEntry[] = [];
  let samples = 0;
  for await (const segment of part.segments()) {
    if (segment.samples.length === 0) continue;
    const end = samples + segment.samples.length;
    for (const labels of segment.labels) entries.push({ ...labels, shard: file, start: samples, end });
    pieces.push(quantized(segment));
    samples = end;
  }
  if (samples === 0) return undefined;
  const bytes = await encodeFlac(concatenated(pieces, samples), corpusRateHz);
  writeFileAtomic(join(folder, file), bytes);
  const finished: FinishedPart = { shard: { file, samples, sha256: sha256(bytes) }, entries };
  writeJsonAtomic(record, finished);
  return finished;
}

/** What an earlier run finished; undefined when its shard is missing or not as it was. */
function finishedPart(folder: string, record: string): FinishedPart | undefined {
  if (!existsSync(record)) return undefined;
  const finished = readJson(record, finishedSchema, { remedy: 'remove it, and its part is made anew' });
  const path = join(folder, finished.shard.file);
  return existsSync(path) && sha256(readFileSync(path)) === finished.shard.sha256 ? finished : undefined;
}

/** Peak at 0.9 of full scale: training sets its own level, so 16 bits serve the quietest recording as well. */
function quantized({ samples, labels }: Segment): Int16Array {
  let peak = 0;
  for (const value of samples) {
    if (!Number.isFinite(value))
      throw new InputError(`${labels[0]?.id ?? 'a segment'} must be finite, it holds ${value}; leave it out`);
    peak = Math.max(peak, Math.abs(value));
  }
  const scale = peak > 0 ? (0.9 * 32767) / peak : 0;
  const rounded = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) rounded[i] = Math.round(samples[i]! * scale);
  return rounded;
}

function concatenated(pieces: readonly Int16Array[], samples: number): Int16Array {
  const all = new Int16Array(samples);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
