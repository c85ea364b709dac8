import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laboratoryOf } from '../../../listening-test/experimenter/laboratory.ts';
import { createApp } from '../../../listening-test/server/createApp.ts';
import { openSite } from '../../../listening-test/server/openSite.ts';
import { createServerLog } from '../../../listening-test/server/serverLog.ts';
import { clipRateHz } from '../../../listening-test/sound/clipSound.ts';
import { defaultTexts, taskDefaults } from '../../../listening-test/study/defaultTexts.ts';
import { type Stimulus, type Study, studySchema } from '../../../listening-test/study/studySchema.ts';
import { wavBytes } from '../../../stimuli/writeWav.ts';
import { writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { createRandom } from '../../base/random.ts';
import { sha256 } from '../../base/sha256.ts';
import { quantile } from '../../statistics/estimates/descriptive.ts';
import { runCrowd } from './crowd.ts';
import { words } from './script.ts';

/** Timings of the listening test's server. */
export interface ServerTimings {
  participants: number;
  answers: number;
  answersPerSecond: number;
  /** Time from sending an answer to its acknowledgement: median and 99 % quantile, milliseconds. */
  msSaveMedian: number;
  msSaveP99: number;
}

const conditions = ['natural', 'net/relu0', 'net/relu4'];
/** Length of the clips that are sent, and the length the server is told: nobody waits for a sound here. */
const clipSeconds = 2;
const toldSeconds = 0.05;
const unlimited = { session: 1e9, newSessions: 1e9, address: 1e9 };

/**
 * Measures the server on this machine: simulated participants go through a study over loopback, with the data in a
 * SQLite file that is synced to the disk. Server and participants share one process.
 *
 * @param options - How many at once; shortest and longest time from one answer to the next, ms (people take 4000 and
 *   more; `[0, 0]` measures saturation).
 * @throws Error when an answer was refused or lost.
 */
export async function benchServer(options: {
  participants: number;
  thinkMs: [shortest: number, longest: number];
}): Promise<ServerTimings> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-bench-'));
  writeStudy(folder);
  const site = await openSite(folder, { path: join(folder, 'data.sqlite') });
  const laboratory = laboratoryOf(site, () => []);
  const app = createApp({
    laboratory,
    pagesFolder: folder,
    log: createServerLog('silent'),
    limits: unlimited,
  });
  const server = app.listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const start = performance.now();
    const crowd = await runCrowd({ ...options, bases: () => [base], seed: 1 });
    const seconds = (performance.now() - start) / 1000;
    if (crowd.errors.length > 0) throw new Error(`benchServer: ${crowd.errors[0]}`);
    return {
      participants: options.participants,
      answers: crowd.saveMs.length,
      answersPerSecond: crowd.saveMs.length / seconds,
      msSaveMedian: quantile(crowd.saveMs, 0.5),
      msSaveP99: quantile(crowd.saveMs, 0.99),
    };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await site.store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeStudy(folder: string): void {
  const random = createRandom(1);
  const noise = Float32Array.from({ length: clipSeconds * clipRateHz }, () => 0.05 * random.normal());
  const bytes = wavBytes([noise], { sampleRateHz: clipRateHz, format: 'int16' });
  const level = '0'.repeat(24);
  const stimuli = Array.from({ length: 20 }, (_, source) =>
    conditions.map((condition, version) => stimulusOf(source, { condition, version, hash: sha256(bytes) })),
  ).flat();
  mkdirSync(join(folder, 'clips'));
  for (const name of [level, ...stimuli.map(({ id }) => id)])
    writeFileAtomic(join(folder, 'clips', `${name}.wav`), bytes);
  const study: Study = studySchema.parse({
    format: 1,
    id: 'bench',
    title: 'Benchmark',
    seed: 1,
    tasks: { word: { ...taskDefaults('word'), labels: [...words] } },
    texts: defaultTexts,
    screening: { headphones: 'off' },
    level: { file: `${level}.wav`, rms: 0.05 },
  });
  writeJsonAtomic(join(folder, 'answers.json'), { format: 1, stimuli, substitutions: [] });
  writeJsonAtomic(join(folder, 'study.json'), study);
}

function stimulusOf(
  source: number,
  { condition, version, hash }: { condition: string; version: number; hash: string },
): Stimulus {
  const [metamerModel = '', stage = ''] = condition === 'natural' ? [] : condition.split('/');
  return {
    id: sha256(`${source} ${version}`).slice(0, 24),
    sha256: hash,
    seconds: toldSeconds,
    task: 'word',
    role: 'main',
    sourceId: `source-${source}`,
    condition,
    stage,
    metamerModel,
    target: words[source % words.length]!,
    replaced: false,
  };
}
