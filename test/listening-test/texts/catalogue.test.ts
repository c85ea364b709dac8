import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultTexts, studyDefaults, taskDefaults } from '../../../listening-test/study/defaultTexts.ts';
import { readStudyConfig } from '../../../listening-test/study/studyConfig.ts';
import { taskKinds } from '../../../listening-test/tasks/taskTypes.ts';
import { directionOf, filled, textKeys, textsOf } from '../../../listening-test/texts/catalogue.ts';
import { english } from '../../../listening-test/texts/english.ts';
import { packagePath } from '../../../src/base/packagePath.ts';
import { makeStudy, temporaryFolder } from '../makeStudy.ts';
import { serveStudy } from '../serveStudy.ts';

const valuesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each(['de', 'fr', 'es', 'zh', 'zh-Hant-TW', 'de-AT'])('the strings of %s', (language) => {
  const { texts, missing } = textsOf({ language, strings: {} });
  test('are all there, none in English but for what is the same, with the same values in them', () => {
    expect(missing).toEqual([]);
    for (const key of textKeys) {
      expect(texts[key].trim(), key).not.toBe('');
      expect(valuesIn(texts[key]), key).toEqual(valuesIn(english[key]));
    }
    const same = textKeys.filter((key) => texts[key] === english[key]);
    expect(
      same.filter((key) => !['button.start', 'option.no', 'label.no', 'mushra.excellent'].includes(key)),
    ).toEqual([]);
  });
});

describe.each(['de', 'fr', 'es', 'zh'])('the texts of a study in %s that brings none', (language) => {
  const paragraphs = (text: string) => text.split('\n').filter((line) => line !== '').length;
  test('are all there, as many paragraphs as in English, each in another wording', () => {
    const { title, texts } = studyDefaults(language);
    const pairs = Object.entries(defaultTexts).map(([name, text]) => [text, texts[name as 'consent']]);
    for (const task of [...taskKinds, 'genre']) {
      const [english, own] = [taskDefaults(task), taskDefaults(task, { language })];
      expect({ ...own, prompt: '', instructions: '' }).toEqual({ ...english, prompt: '', instructions: '' });
      pairs.push([english.prompt, own.prompt], [english.instructions, own.instructions]);
    }
    for (const [english, own] of [['Listening study', title], ...pairs] as [string, string][]) {
      expect(own).not.toBe(english);
      expect(paragraphs(own), own).toBe(paragraphs(english));
      expect(own.split('**').length, own).toBe(english.split('**').length);
      expect(own.match(/^\{.*?\}/gm), own).toEqual(english.match(/^\{.*?\}/gm));
    }
    expect(new Set(pairs.map(([, own]) => own)).size).toBe(pairs.length);
  });
});

test('a study’s own strings come first; a language that is not known names what English stands in for', () => {
  const own = { 'answer.submit': 'Vastaa', 'button.continue': 'Jatka' };
  const { texts, missing } = textsOf({ language: 'fi', strings: own });
  expect([texts['answer.submit'], texts['button.continue'], texts['sound.play']]).toEqual([
    'Vastaa',
    'Jatka',
    'Play the sound',
  ]);
  expect(missing).toEqual(textKeys.filter((key) => !(key in own)));
  expect(textsOf({ language: 'de', strings: own }).texts['answer.submit']).toBe('Vastaa');
});

test.each([
  ['en', 'ltr'],
  ['ar', 'rtl'],
  ['he-IL', 'rtl'],
  ['fa', 'rtl'],
  ['ur-PK', 'rtl'],
  ['az-Arab', 'rtl'],
  ['ku-Latn', 'ltr'],
  ['ar-Latn', 'ltr'],
  ['uz-Cyrl-UZ', 'ltr'],
  ['zh-Hans', 'ltr'],
])('directionOf(%s) is %s', (language, direction) => {
  expect(directionOf(language)).toBe(direction);
});

test('filled puts values in and leaves unknown names alone', () => {
  expect(filled('{n} of {of}, {what}', { n: 0, of: 3 })).toBe('0 of 3, {what}');
});

test('no text of the participant’s pages stands in their code', () => {
  const folder = packagePath('listening-test/pages/participant');
  const words = /(['`])(?:[A-Z][a-z’]+(?: [\wäöü’'-]+)+[.?!…:]?)\1/g;
  const found = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\*|\/\/|\/\*)|new \w*Error\(|new SoundBlocked\(/.test(line))
      .flatMap((line) => [...line.matchAll(words)].map(([text]) => `${name}: ${text}`)),
  );
  expect(found).toEqual([]);
});

describe('a study in another language', () => {
  test('takes texts.yaml beside its settings, and names at building what stands in English', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'texts.yaml'), 'answer.submit: Vastaa\n');
    writeFileSync(join(folder, 'study.yaml'), 'language: fi\nstrings: { button.continue: Jatka }\n');
    const config = readStudyConfig(join(folder, 'study.yaml'));
    expect(config.strings).toEqual({ 'answer.submit': 'Vastaa', 'button.continue': 'Jatka' });
    const built = await makeStudy({ folder: temporaryFolder(), config });
    expect(built.missingTexts).toContain('sound.play');
    expect(built.missingTexts).not.toContain('answer.submit');
    const ours = ['title', 'texts.consent', 'tasks.word.prompt', 'tasks.word.instructions'];
    expect(built.missingTexts).toEqual(expect.arrayContaining(ours));
    expect(built.study.texts).toEqual(defaultTexts);
  });

  test('has no English text where the language is built in, and its own texts come first', async () => {
    const config = { language: 'de-AT', tasks: { word: { prompt: 'Welches Wort war das?' } } };
    const { study, missingTexts } = await makeStudy({
      folder: temporaryFolder(),
      words: ['after', 'before'],
      genres: ['jazz', 'rock'],
      config,
    });
    expect(missingTexts).toEqual([]);
    expect(study.title).toBe('Hörstudie');
    expect(study.texts.consent).toContain('Teilnahme');
    expect(study.tasks['word']).toMatchObject({
      prompt: 'Welches Wort war das?',
      instructions: expect.stringContaining('in der Mitte'),
      unknownAnswer: true,
    });
    expect(study.tasks['genre']!.prompt).toContain('Musik');
  });

  test('is refused with a string the pages do not have', async () => {
    const config = { strings: { 'answer.sumbit': 'x' } };
    await expect(makeStudy({ folder: temporaryFolder(), config })).rejects.toThrow(
      'must hold strings of the pages alone, not answer.sumbit',
    );
  });

  test('serves the pictures of its texts, and nothing else', async () => {
    const pluginsFolder = temporaryFolder();
    writeFileSync(join(pluginsFolder, 'logo.png'), 'png');
    const texts = (consent: string) => ({ pluginsFolder, config: { texts: { consent } } });
    const { folder } = await makeStudy({
      folder: temporaryFolder(),
      ...texts('![Our logo](logo.png) Hello'),
    });
    const { base } = await serveStudy(folder);
    const { consent } = await (await fetch(`${base}/api/study`)).json();
    expect(consent.html).toContain('<img src="pictures/logo.png" alt="Our logo">');
    const answer = await fetch(`${base}/pictures/logo.png`);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'image/png',
      'png',
    ]);
    for (const path of ['none.png', '..%2Fanswers.json', '..%2F..%2Fsecret.key', 'answers.json'])
      expect((await fetch(`${base}/pictures/${path}`)).status, path).toBe(404);
    for (const wrong of ['https://example.org/x.png', '../logo.png', 'script.js'])
      await expect(makeStudy({ folder: temporaryFolder(), ...texts(`![](${wrong})`) })).rejects.toThrow(
        'a picture must be',
      );
    await expect(makeStudy({ folder: temporaryFolder(), ...texts('![](none.png)') })).rejects.toThrow(
      'none.png (a picture in texts) must exist',
    );
  });
});
