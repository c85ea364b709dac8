import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { corpusRateHz } from '../../../src/corpus/format/corpusFormat.ts';
import type { EntryLabels } from '../../../src/corpus/format/segment.ts';
import { textToSpeechParts } from '../../../src/corpus/makers/textToSpeech.ts';
import { heldOutVoices, type Voice, voices } from '../../../src/corpus/makers/voices.ts';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tone } from '../toneCorpus.ts';

afterEach(() => vi.unstubAllEnvs());

/** Programs that note what they are told, one line a run, and say a tone. */
function speakInTones(): { said: () => string[] } {
  const folder = temporaryFolder();
  const [sound, log] = [join(folder, 'tone.wav'), join(folder, 'said.txt')];
  writeWav(sound, tone(400, 0.4), { sampleRateHz: corpusRateHz });
  for (const program of ['flite', 'espeak-ng', 'festival']) {
    const path = join(folder, program);
    writeFileSync(
      path,
      `#!/bin/sh\necho ${program} "$@" >> ${log}\nfor word in $(echo "$@" | tr -d '"()'); do case $word in */*.wav) cp ${sound} $word;; esac; done\n`,
    );
    chmodSync(path, 0o755);
  }
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  return { said: () => readFileSync(log, 'utf8').trim().split('\n') };
}

async function labelsOf(spoken: readonly Voice[], seed = 1): Promise<EntryLabels[]> {
  const labels: EntryLabels[] = [];
  const tokensPerWord = { flite: 1, 'espeak-ng': 1, festival: 1 };
  for (const part of textToSpeechParts(spoken, {
    seed,
    words: ['smart mirror'],
    tokensPerWord,
    sentences: 0,
  }))
    for await (const segment of part.segments()) labels.push(...segment.labels);
  return labels;
}

test('textToSpeechParts puts held-out voices into the test split and leaves the others where they were', async () => {
  speakInTones();
  const dealt = voices(6);
  const heldOut: Voice[] = [
    { engine: 'espeak-ng', name: 'en-us+Gene', isHeldOut: true },
    { engine: 'festival', name: 'kal_diphone', isHeldOut: true },
  ];
  for (const seed of [1, 2]) {
    const before = await labelsOf(dealt, seed);
    const after = await labelsOf([...dealt, ...heldOut], seed);
    expect(after.slice(0, dealt.length)).toEqual(before);
    expect(new Set(before.map(({ split }) => split))).toEqual(new Set(['train', 'validation', 'test']));
    expect(after.slice(dealt.length).map(({ talker, split, source }) => [talker, split, source])).toEqual([
      ['espeak-ng/en-us+Gene', 'test', 'espeak-ng'],
      ['festival/kal_diphone', 'test', 'festival'],
    ]);
  }
});

test.each([
  [
    'flite',
    /^flite -voice v --setf duration_stretch=[01]\.\d{3} --setf int_f0_target_mean=\d+ -t smart mirror -o .*\/0\.wav$/,
  ],
  ['espeak-ng', /^espeak-ng -v v -s \d+ -p \d\d -w .*\/0\.wav smart mirror$/],
  [
    'festival',
    /^festival -b \(voice_v\) \(Parameter\.set 'Duration_Stretch [01]\.\d{3}\) \(utt\.save\.wave \(utt\.synth \(Utterance Text "smart mirror"\)\) ".*\/0\.wav" 'riff\)$/,
  ],
] as const)('textToSpeechParts has %s say a word', async (engine, command) => {
  const { said } = speakInTones();
  const [label] = await labelsOf([{ engine, name: 'v' }]);
  expect(label).toMatchObject({
    word: 'smart mirror',
    license: expect.stringContaining(`output of ${engine}`),
  });
  expect(said()).toEqual([expect.stringMatching(command)]);
});

test('textToSpeechParts has all sayings of a voice in their order, sentences last, each heard from its own file', async () => {
  const { said } = speakInTones();
  const [part] = textToSpeechParts([{ engine: 'espeak-ng', name: 'v' }], {
    ...{ seed: 1, words: ['yes', "don't know"], sentences: 2 },
    tokensPerWord: { flite: 1, 'espeak-ng': 2, festival: 1 },
  });
  const ids: string[] = [];
  for await (const { labels } of part!.segments()) ids.push(labels[0]!.id);
  const names = ['yes-0', 'yes-1', "don't-know-0", "don't-know-1", 'sentence-0', 'sentence-1'];
  expect(ids).toEqual(names.map((name) => `espeak-ng-v-${name}`));
  const pitches = said().map((line) => / -p (\d+) /.exec(line)![1]);
  expect(new Set(pitches).size).toBeGreaterThan(3);
  const texts = said().map((line) => line.split(/-w \S*\/(?=\d+\.wav)/)[1]!);
  expect(texts.slice(0, 4)).toEqual(['0.wav yes', '1.wav yes', "2.wav don't know", "3.wav don't know"]);
  expect(texts.slice(4)).toEqual([
    expect.stringMatching(/^4\.wav .+ .+/),
    expect.stringMatching(/^5\.wav .+ .+/),
  ]);
});

test('textToSpeechParts tells the last words of a program that fails', async () => {
  speakInTones();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'flite'), '#!/bin/sh\necho no such voice >&2\nexit 1\n');
  chmodSync(join(folder, 'flite'), 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  await expect(labelsOf([{ engine: 'flite', name: 'v' }])).rejects.toThrow('flite failed: no such voice');
});

test('heldOutVoices are none of the dealt ones; without Festival it says how to get its voices', () => {
  vi.stubEnv('PATH', temporaryFolder());
  const missing: string[] = [];
  const heldOut = heldOutVoices((reason) => missing.push(reason));
  const variantOf = ({ name }: Voice) => name.split('+')[1];
  expect(heldOut).toHaveLength(8);
  expect(heldOut.every(({ engine, isHeldOut }) => engine === 'espeak-ng' && isHeldOut)).toBe(true);
  const dealt = new Set(voices(32).map(variantOf));
  expect(heldOut.map(variantOf).filter((variant) => dealt.has(variant))).toEqual([]);
  expect(missing).toEqual([
    'voices of an engine that training does not hear; for them: apt-get install --no-install-recommends festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts',
  ]);
});
