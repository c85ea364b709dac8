import { expect, test } from 'vitest';
import { loadModel } from '../../src/model/loadModel.ts';
import { loudChannels, ratiosByKind } from './textureMatch.ts';

const model = loadModel('texture', { durationSeconds: 0.5 });
const statistics = model.stages.find(({ name }) => name === 'statistics')!.shape[0]!;

test('loudChannels counts channels less than 30 dB below the loudest', () => {
  const at = (frequencyHz: number, levelDb: number) => (t: number) =>
    10 ** (levelDb / 20) * Math.sin((2 * Math.PI * frequencyHz * t) / model.sampleRateHz);
  const loudest = (levelDb: number) => {
    const [low, high] = [at(500, 0), at(6000, levelDb)];
    const sound = Float32Array.from({ length: model.samples }, (_, t) => 0.1 * (low(t) + high(t)));
    return loudChannels(sound, model.cochleagram).lastIndexOf(true);
  };
  expect(loudest(-29)).toBeGreaterThan(20);
  expect(loudest(-40)).toBeLessThan(15);
});

test('ratiosByKind holds each statistic to the channels that it is about', () => {
  const isLoud = Array.from({ length: 32 }, (_, c) => c < 31);
  const reference = new Float32Array(statistics).fill(1);
  const wrongAt = (place: number) => ratiosByKind(reference, reference.with(place, 2), isLoud);
  const perfect = Number.POSITIVE_INFINITY;
  // The last channel does not count by itself, and its correlation with the one below does.
  expect(wrongAt(31)['mean']).toBe(perfect);
  expect(wrongAt(30)['mean']).toBe(14.9);
  const correlations = 4 * 32;
  expect(wrongAt(correlations + 30)['correlations']).toBeLessThan(30);
  const power = correlations + 189;
  expect(wrongAt(power + 31 * 20)['modulationPower']).toBe(perfect);
  expect(wrongAt(power + 31 * 20 - 1)['modulationPower']).toBeLessThan(30);
  const rates = power + 32 * 20 + (31 + 30) * 6;
  expect(wrongAt(rates + 31)['modulationCorrelationsAcrossRates']).toBe(perfect);
  expect(wrongAt(rates + 32)['modulationCorrelationsAcrossRates']).toBeLessThan(30);
  expect(rates + 32 * 10).toBe(statistics);
});
