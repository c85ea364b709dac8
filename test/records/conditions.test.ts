import { expect, it } from 'vitest';
import { conditionInNoise, metamerCondition, noiseCondition } from '../../src/records/conditions.ts';

it.each([
  ['natural', '', Number.NaN],
  ['cochcnn9/relu2', '', Number.NaN],
  ['babble8@-3dB', 'babble8', -3],
  ['noise/speech-shaped/+1.5', 'speech-shaped', 1.5],
  ['music @ 6 dB', 'music', 6],
  ['music:6', 'music', 6],
  ['scene/snr-9dB', 'scene', -9],
  ['babble@−9dB', 'babble', -9],
  ['babble8', '', Number.NaN],
  ['@-3dB', '', Number.NaN],
])('conditionInNoise(%s) is %s at %f dB', (condition, background, snrDb) => {
  expect(conditionInNoise(condition)).toEqual({ background, snrDb });
});

it.each([
  ['speech-shaped', -9],
  ['babble8', 0],
  ['scene', 4.5],
])('conditionInNoise gives back what noiseCondition(%s, %f) names', (background, snrDb) => {
  expect(conditionInNoise(noiseCondition(background, snrDb))).toEqual({ background, snrDb });
});

it('metamerCondition names model and stage', () => {
  expect(metamerCondition('branched', 'conv4.word+conv4.music')).toBe('branched/conv4.word+conv4.music');
});
