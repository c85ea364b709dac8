import { expect, test } from 'vitest';
import { broughtToDistance } from '../../../../src/experiments/distort/differentiate/heldDistance.ts';

const original = Float32Array.of(1, 0, 0);
const sound = Float32Array.of(1, 0.3, 0.4);
const norm = (heard: Float32Array) => Math.hypot(...heard.map((value, i) => value - original[i]!));
const project = (heard: Float32Array) => heard.slice();

test.each<[string, (size: number) => number, number]>([
  ['too large', (size) => Math.log(size), Math.log(0.2)],
  ['far too small', (size) => Math.log(size), Math.log(7)],
  ['compressed', (size) => 0.3 * Math.log(size), 0.3 * Math.log(0.01)],
  ['that turns within a thousandth', (size) => Math.tanh(3000 * (size - 0.4987)), 0],
])('broughtToDistance brings a change %s to the distance asked for', async (_, distance, at) => {
  let tries = 0;
  const distanceOf = async (heard: Float32Array) => {
    tries++;
    return distance(norm(heard));
  };
  const brought = await broughtToDistance(distanceOf, sound, { original, project, at, within: 0.001 });
  expect(Math.abs(distance(norm(brought)) - at)).toBeLessThanOrEqual(0.001);
  // Along the change, from the original on.
  expect(brought[0]).toBeCloseTo(1, 5);
  expect(brought[2]! / brought[1]!).toBeCloseTo(4 / 3, 4);
  expect(tries).toBeLessThanOrEqual(40);
});

test('broughtToDistance leaves a sound that is there, stays in band and level, and ends where no change reaches', async () => {
  const options = { original, at: Math.log(0.5), within: 0.001 };
  const distanceOf = async (heard: Float32Array) => Math.log(norm(heard));
  const shut = () => {
    throw new Error('not projected');
  };
  expect(await broughtToDistance(distanceOf, sound, { ...options, project: shut })).toBe(sound);
  const inPlane = (heard: Float32Array) => Float32Array.of(1, heard[1]!, 0.1);
  const kept = await broughtToDistance(distanceOf, sound, {
    ...options,
    at: Math.log(0.3),
    project: inPlane,
  });
  expect(kept[2]).toBeCloseTo(0.1, 6);
  expect(norm(kept)).toBeCloseTo(0.3, 3);
  const least = (heard: Float32Array) => Float32Array.of(1, heard[1]!, 0.1);
  const nearest = await broughtToDistance(distanceOf, sound, {
    ...options,
    ...{ at: Math.log(0.05), project: least },
  });
  expect(norm(nearest)).toBeCloseTo(0.1, 2);
});

test('broughtToDistance refuses distances that are not finite', async () => {
  const options = { original, project, at: 0, within: 0.001 };
  await expect(broughtToDistance(async () => Number.NaN, sound, options)).rejects.toThrow(
    'distances must be finite',
  );
});
