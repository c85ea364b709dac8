import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { soundsBelow } from '../../../src/cli/flags/soundFlags.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

test('soundsBelow finds every kind of sound that is read, at any depth, sorted, and nothing else', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'deep'));
  const sounds = ['b.AIFF', 'c.w64', join('deep', 'a.opus'), 'e.wav'];
  for (const name of [...sounds, 'notes.txt', 'f.json']) writeFileSync(join(folder, name), '');
  expect(soundsBelow(folder)).toEqual(sounds.map((name) => join(folder, name)));
});

test('soundsBelow refuses a folder of one sound', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.aif'), '');
  expect(() => soundsBelow(folder)).toThrow(/must hold ≥ 2 sounds \(.*\.aiff.*\), it holds 1;/);
});
