import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
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
  /** Whether runs tell that the stages stand in the model's order. */
  ordered?: boolean;
  config?: StudyConfig;
  pluginsFolder?: string;
}

type MadeStudy = BuiltStudy & { folder: string };

const made = new Map<string, Promise<MadeStudy>>();
const templates: string[] = [];

afterAll(() => {
  for (const template of templates) rmSync(template, { recursive: true, force: true });
});

/** A small study: one source a word or genre, named after it. Equal ones are built once a test file, then copied. */
export async function makeStudy({ folder, ...wanted }: MakeStudyOptions): Promise<MadeStudy> {
  const key = JSON.stringify(wanted);
  if (!made.has(key)) {
    const template = mkdtempSync(join(tmpdir(), 'metamer-study-'));
    templates.push(template);
    made.set(key, newStudy({ ...wanted, folder: template }));
  }
  const { folder: template, ...built } = await made.get(key)!;
  cpSync(template, join(folder, 'study'), { recursive: true });
  return structuredClone({ ...built, folder: join(folder, 'study') });
}

async function newStudy(options: MakeStudyOptions): Promise<MadeStudy> {
  const {
    folder,
    words = ['after', 'before', 'house', 'river'],
    genres = [],
    stages = ['relu0', 'relu4'],
  } = options;
  const { practice = 1, catches = 1, seconds = 0.3, failed = [], ordered = false } = options;
  const sources = [
    ...words.map((word) => ({ name: `source-${word}`, predicted: { word: word, genre: '__null__' } })),
    ...genres.map((genre) => ({ name: `source-${genre}`, predicted: { word: '__null__', genre: genre } })),
  ];
  const runs = makeRuns(join(folder, 'runs'), {
    ...{ sources, stages, seconds, failed },
    ...(ordered ? { stageOrder: stages } : {}),
  });
  const naturalSounds: string[] = [];
  for (const list of [words, genres].filter((labels) => labels.length > 0))
    for (let i = 0; i < practice + catches; i++) {
      const path = join(folder, 'natural', list[i % list.length]!, `extra-${list[0]}-${i}.wav`);
      writeNoise(path, 500 + i, seconds);
      naturalSounds.push(path);
    }
  const study = join(folder, 'study');
  const result = await buildStudy({
    runs: [runs],
    naturalSounds,
    config: { seed: 7, ...options.config },
    targets: new Map(),
    labels: {},
    counts: { practice, catch: catches },
    folder: study,
    pluginsFolder: options.pluginsFolder ?? '.',
  });
  return { ...result, folder: study };
}
