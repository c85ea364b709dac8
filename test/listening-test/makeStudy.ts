import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BuiltStudy, buildStudy } from '../../listening-test/study/buildStudy.ts';
import type { StudyConfig } from '../../listening-test/study/studyConfig.ts';
import { makeRuns, writeNoise } from './makeRuns.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** What study to invent. */
export interface MakeStudyOptions {
  folder: string;
  words?: readonly string[];
  genres?: readonly string[];
  stages?: readonly string[];
  practice?: number;
  catches?: number;
  seconds?: number;
  failed?: readonly string[];
  config?: StudyConfig;
}

/** Builds a small study: one source a word or genre, named after it. */
export async function makeStudy(options: MakeStudyOptions): Promise<BuiltStudy & { folder: string }> {
  const {
    folder,
    words = ['after', 'before', 'house', 'river'],
    genres = [],
    stages = ['relu0', 'relu4'],
  } = options;
  const { practice = 1, catches = 1, seconds = 0.3, failed = [] } = options;
  const sources = [
    ...words.map((word) => ({ name: `source-${word}`, predicted: `word: ${word}, genre: null` })),
    ...genres.map((genre) => ({ name: `source-${genre}`, predicted: `word: null, genre: ${genre}` })),
  ];
  const runs = makeRuns(join(folder, 'runs'), { sources, stages, seconds, failed });
  const naturalSounds: string[] = [];
  for (const list of [words, genres].filter((labels) => labels.length > 0))
    for (let i = 0; i < practice + catches; i++) {
      const path = join(folder, 'natural', list[i % list.length]!, `extra-${list[0]}-${i}.wav`);
      writeNoise(path, 500 + i, seconds);
      naturalSounds.push(path);
    }
  const study = join(folder, 'study');
  const built = await buildStudy({
    runs: [runs],
    naturalSounds,
    config: { seed: 7, ...options.config },
    targets: new Map(),
    labels: {},
    counts: { practice, catch: catches },
    folder: study,
  });
  return { ...built, folder: study };
}
