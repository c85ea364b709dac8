import { expect, test } from 'vitest';
import { type SoundLimits, soundConstraint } from '../../src/experiments/soundConstraint.ts';
import { rms } from '../../stimuli/level.ts';

const [samples, sampleRateHz] = [800, 8000];
const constraintOf = (limits: Partial<SoundLimits>) =>
  soundConstraint({ rms: 0.1, lowHz: 0, highHz: 4000, ...limits }, { samples, sampleRateHz });

test.each<[number, boolean]>([
  [0, false],
  [0.001, true],
  [0.5, true],
  [0.501, false],
])('soundConstraint takes a level of %f: %s', (level, isTaken) => {
  const prepare = () => constraintOf({ rms: level });
  if (isTaken) expect(prepare).not.toThrow();
  else expect(prepare).toThrow(/rms must be > 0 and ≤ 0\.5/);
});

test('peaks beyond ±1 are clipped at the same level, those within are left alone', () => {
  // One sample in eight: a crest factor of √8, which at a level of 0.5 is a peak of 1.41.
  const pulses = Float32Array.from({ length: samples }, (_, t) => Number(t % 200 < 25));
  const peakOf = (sound: Float32Array) => sound.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const { project } = constraintOf({ rms: 0.5 });
  const clipped = project(pulses.map((value, t) => value + 0.2 * Math.sin(t)));
  expect(peakOf(clipped)).toBeLessThan(1.01);
  expect(rms(clipped)).toBeCloseTo(0.5, 5);
  const quiet = constraintOf({ rms: 0.1 }).project(pulses);
  expect(peakOf(quiet)).toBeCloseTo(0.1 * Math.sqrt(8), 4);
});
