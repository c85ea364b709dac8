import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { loadModel, modelFolder } from '../../src/model/loadModel.ts';
import { bundledClipPath, bundledClips } from '../../stimuli/bundledClips.ts';
import { rms } from '../../stimuli/level.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { bundledClipsNamed } from '../bench/trainedModel/bundledClipsNamed.ts';

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

test.each(['branched-small', 'branched-small-b'])(
  '%s names as many bundled clips as its card says',
  async (name) => {
    const { drawn, chosen } = await bundledClipsNamed(loadModel(name));
    const card = readFileSync(join(modelFolder(name), 'README.md'), 'utf8');
    const said =
      /Of the (\d+) bundled clips .* by lot it names (\d+), of the (\d+) .* named them (\d+)\./.exec(card);
    expect(said?.slice(1).map(Number)).toEqual([drawn.asked, drawn.named, chosen.asked, chosen.named]);
  },
);

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
