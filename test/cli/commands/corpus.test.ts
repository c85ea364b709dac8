import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { corpusCommand } from '../../../src/cli/commands/corpus.ts';
import { readCorpus } from '../../../src/corpus/format/corpusFormat.ts';
import { entrySamples, loadCorpus } from '../../../src/corpus/format/loadCorpus.ts';
import { hasProgram } from '../../../src/corpus/makers/programs.ts';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { tone } from '../../corpus/toneCorpus.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runCommand } from '../runCommand.ts';

afterEach(() => vi.unstubAllEnvs());

function speechCommandsFolder(): string {
  const folder = temporaryFolder();
  for (const word of ['yes', 'no'])
    for (let talker = 0; talker < 8; talker++) {
      mkdirSync(join(folder, word), { recursive: true });
      const samples = new Float32Array(16000);
      samples.set(tone(300 + 50 * talker, 0.4).subarray(0, 6400), 4800);
      writeWav(join(folder, word, `talker${talker}_nohash_0.wav`), samples, { sampleRateHz: 16000 });
    }
  return folder;
}

test('corpus without synthesis builds from the user’s recordings, prints counts and licenses, and says --json', async () => {
  const recordings = speechCommandsFolder();
  const out = join(temporaryFolder(), 'corpus');
  const flags = ['--size', 'tiny', '--out', out, '--speech-commands', recordings, '--no-synthesis'];
  const { code, stdout } = await runCommand(corpusCommand, flags);
  expect(code).toBe(0);
  expect(stdout).toContain('2 words, 0 genres, 1 shards at 20000 Hz');
  expect(stdout).toContain('speech      12 train, 2 validation, 2 test');
  expect(stdout).toMatch(/own-speech-commands +16 entries +\d\.\d min {2}CC-BY-4.0/);
  const again = await runCommand(corpusCommand, [...flags, '--json']);
  expect(JSON.parse(again.stdout)).toEqual(readCorpus(out).description);
});

test('corpus --license is that of the user’s recordings', async () => {
  const out = join(temporaryFolder(), 'corpus');
  const flags = ['--size', 'tiny', '--out', out, '--speech-commands', speechCommandsFolder()];
  await runCommand(corpusCommand, [...flags, '--no-synthesis', '--license', 'our consent form, 2026']);
  const { description, entries } = readCorpus(out);
  expect(new Set(entries.map(({ license }) => license))).toEqual(new Set(['our consent form, 2026']));
  expect(description.sources['own-speech-commands']!.license).toBe('our consent form, 2026');
});

test('corpus refuses a folder that holds a corpus of other arguments', async () => {
  const recordings = speechCommandsFolder();
  const out = join(temporaryFolder(), 'corpus');
  const flags = ['--size', 'tiny', '--out', out, '--speech-commands', recordings, '--no-synthesis'];
  await runCommand(corpusCommand, flags);
  await expect(runCommand(corpusCommand, [...flags, '--seed', '2'])).rejects.toThrow(
    /holds a corpus of other arguments \(.*"seed":1.*\); choose another folder or remove it/,
  );
});

test('corpus names all missing programs and what installs them, and writes nothing', async () => {
  vi.stubEnv('PATH', temporaryFolder());
  const out = join(temporaryFolder(), 'corpus');
  await expect(runCommand(corpusCommand, ['--size', 'tiny', '--out', out])).rejects.toThrow(
    /^this corpus needs flite, espeak-ng, mma, fluidsynth.*, which this machine lacks; install with: apt-get install --no-install-recommends flite espeak-ng mma fluidsynth/,
  );
  expect(existsSync(out)).toBe(false);
});

test('corpus refuses folders of recordings in another layout and writes nothing', async () => {
  const out = join(temporaryFolder(), 'corpus');
  for (const flag of ['--audio', '--speech-commands', '--aligned-speech', '--genres', '--backgrounds'])
    await expect(
      runCommand(corpusCommand, ['--size', 'tiny', '--out', out, '--no-synthesis', flag, temporaryFolder()]),
    ).rejects.toThrow(new RegExp(`^${flag} .*must.*; give`));
  expect(existsSync(out)).toBe(false);
});

test('corpus needs no program for recordings, and writes its shards as FLAC', async () => {
  const out = join(temporaryFolder(), 'corpus');
  const recordings = speechCommandsFolder();
  vi.stubEnv('PATH', temporaryFolder());
  const argv = ['--size', 'tiny', '--out', out, '--speech-commands', recordings, '--no-synthesis'];
  await runCommand(corpusCommand, argv);
  expect(readdirSync(join(out, 'shards'))).toEqual(['own-speech-commands-0.flac']);
  const corpus = await loadCorpus(out);
  expect(entrySamples(corpus, corpus.entries[0]!).some((value) => value !== 0)).toBe(true);
});

const canSynthesize = ['flite', 'espeak-ng', 'mma', 'fluidsynth'].every(hasProgram);
test.runIf(canSynthesize && process.env['METAMER_SLOW'])(
  'corpus --size tiny gives the same shards from the same seed',
  async () => {
    const [first, second] = [join(temporaryFolder(), 'a'), join(temporaryFolder(), 'b')];
    for (const out of [first, second]) await runCommand(corpusCommand, ['--size', 'tiny', '--out', out]);
    const files = readdirSync(join(first, 'shards'));
    expect(readdirSync(join(second, 'shards'))).toEqual(files);
    for (const file of ['manifest.jsonl', ...files.map((name) => `shards/${name}`)])
      expect(readFileSync(join(second, file)).equals(readFileSync(join(first, file))), file).toBe(true);
    expect(readCorpus(first).description.words.length).toBe(10);
  },
);
