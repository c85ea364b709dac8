import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { recognize } from '../../src/model/recognize.ts';
import { bundledClipPath, bundledClips } from '../../stimuli/bundledClips.ts';
import { rms } from '../../stimuli/level.ts';
import { readSound } from '../../stimuli/readSound.ts';

const licenseFiles: Record<string, string> = {
  'CC-BY-SA-3.0': 'stimuli/clips/LICENSE-CC-BY-SA-3.0.txt',
  'CC0-1.0': 'stimuli/clips/LICENSE-CC0-1.0.txt',
  MIT: 'LICENSE',
};

test('every bundled clip is two seconds at 20 kHz, names source and author, and its license text stands in the package', async () => {
  for (const clip of bundledClips()) {
    const { samples } = await readSound(clip.name);
    expect(samples.length, clip.name).toBe(40000);
    expect(rms(samples), clip.name).toBeCloseTo(0.1, 5);
    expect(clip.source.length * clip.author.length * clip.changes.length, clip.name).toBeGreaterThan(0);
    expect(existsSync(packagePath(licenseFiles[clip.license]!)), `${clip.name}: ${clip.license}`).toBe(true);
  }
});

test('the shipped model names the word of all bundled speech and the genre of all bundled music that has one', async () => {
  const model = loadModel('branched-small');
  const labeled = bundledClips().filter(({ word, genre }) => word !== undefined || genre !== undefined);
  const sounds = await Promise.all(labeled.map(async ({ name }) => (await readSound(name)).samples));
  const heard = await recognize(model, sounds, { form: 'exact', top: 1 });
  expect(labeled.filter(({ kind }) => kind === 'speech').length).toBeGreaterThanOrEqual(4);
  expect(labeled.filter(({ kind }) => kind === 'music').length).toBeGreaterThanOrEqual(4);
  for (const [i, { name, word, genre }] of labeled.entries())
    expect([name, heard[i]![word === undefined ? 'genre' : 'word'][0]!.label]).toEqual([name, word ?? genre]);
});

test('bundled clips weigh less than 3 MB', () => {
  const bytes = bundledClips().reduce(
    (sum, { file }) => sum + statSync(join(packagePath('stimuli/clips'), file)).size,
    0,
  );
  expect(bytes).toBeLessThan(3e6);
});

test('the word of bundled speech sounds at the clip’s middle: its level there is within 25 dB of the loudest', async () => {
  for (const { name, kind } of bundledClips()) {
    if (kind !== 'speech') continue;
    const { samples } = await readSound(name);
    const frames = Array.from({ length: 80 }, (_, i) => rms(samples.subarray(i * 500, (i + 1) * 500)));
    expect(20 * Math.log10(Math.max(...frames.slice(37, 44)) / Math.max(...frames)), name).toBeGreaterThan(
      -25,
    );
  }
});

test('bundledClipPath lists the names when one is unknown', () => {
  expect(() => bundledClipPath('nothing')).toThrow(
    /^bundled clip must be one of speech-process, .*, got 'nothing'; choose one of these$/,
  );
  expect(readFileSync(bundledClipPath('speech-no')).subarray(0, 4).toString()).toBe('fLaC');
});
