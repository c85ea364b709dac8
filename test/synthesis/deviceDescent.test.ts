import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { DeviceName } from '../../src/engine/engine.ts';
import { prefixed, unprefixed } from '../../src/engine/names.ts';
import { constrained, type SoundLimits, soundConstraint } from '../../src/experiments/soundConstraint.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { compileDescent } from '../../src/synthesis/compileDescent.ts';
import { compileDeviceDescent } from '../../src/synthesis/deviceDescent.ts';
import { match } from '../../src/synthesis/objective.ts';
import {
  levelScaledAdam,
  normalizedGradientDescent,
  type Optimizer,
  type OptimizerState,
} from '../../src/synthesis/optimizer.ts';
import { relativeError } from '../expectAllClose.ts';
import { fewOpsModel } from '../fewOpsModel.ts';
import { hasWebgpu } from '../webgpuDevice.ts';

let seed = 1;
const noiseOf = (length: number, size: number) => {
  const random = createRandom(seed++);
  return Float32Array.from({ length }, () => size * random.normal());
};
const adam = { rate: 0.1, floor: 1e-3, steps: 10, momentum: 0.9, secondMomentum: 0.98 };

const held = (limits: SoundLimits) =>
  constrained(
    levelScaledAdam({ ...adam, exponent: 1, bins: 64 }),
    soundConstraint(limits, { samples: 300, sampleRateHz: 8000 }),
  );

/** The rule in the graph, on the processor, for two sounds that have taken different numbers of steps. */
async function inGraph(
  { inGraph: rule }: Optimizer,
  states: readonly OptimizerState[],
  slopes: Float32Array[],
) {
  const [{ memory }] = states as [OptimizerState];
  const joined = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
  const memories = memory.map(
    (_, i) => [String(i), joined(states.map((state) => state.memory[i]!))] as const,
  );
  const scalars = states.map(({ step }) => rule!.scalars(step));
  const values = {
    waveform: joined(states.map((state) => state.waveform)),
    slope: joined(slopes),
    ...prefixed('memory', Object.fromEntries(memories)),
    ...prefixed(
      'scalar',
      Object.fromEntries(
        Object.keys(scalars[0]!).map((name) => [name, Float32Array.from(scalars, (each) => each[name]!)]),
      ),
    ),
  };
  const shapes = Object.entries(values).map(
    ([name, { length }]) => [name, { shape: [2, length / 2] }] as const,
  );
  const program = await compile(
    (given) => {
      const state = { waveform: given['waveform']!, memory: Object.values(unprefixed('memory', given)) };
      const moved = rule!.update(state, given['slope']!, unprefixed('scalar', given));
      return { moved: moved.waveform, ...prefixed('kept', Object.fromEntries(Object.entries(moved.memory))) };
    },
    Object.fromEntries(shapes),
    { threads: 1 },
  );
  const found = await program.run(values);
  await program.release();
  return states.map((_, i) => {
    const part = (all: Float32Array) => all.slice((i * all.length) / 2, ((i + 1) * all.length) / 2);
    return {
      waveform: part(found['moved']!),
      memory: memory.map((__, kept) => part((found as Record<string, Float32Array>)[`kept/${kept}`]!)),
    };
  });
}

test.each([
  ['normalizedGradientDescent', normalizedGradientDescent({ length: 1, halveEvery: 2 }), 300],
  ['levelScaledAdam', levelScaledAdam({ ...adam, exponent: 1, bins: 64 }), 300],
  [
    'levelScaledAdam with another exponent',
    levelScaledAdam({ ...adam, exponent: 0.7, bins: 32, reach: 0.3 }),
    300,
  ],
  ['levelScaledAdam held to a band and a level', held({ rms: 0.1, lowHz: 500, highHz: 2500 }), 300],
  ['levelScaledAdam held where peaks are clipped', held({ rms: 0.5, lowHz: 500, highHz: 2500 }), 300],
  ['levelScaledAdam of one block', levelScaledAdam({ ...adam, exponent: 1, bins: 64 }), 50],
])('%s in the graph moves each sound as outside, by the steps that it has taken', async (_, rule, length) => {
  const slopes = [noiseOf(length, 1), noiseOf(length, 1e-3)];
  const before = [rule.init(noiseOf(length, 0.5)), rule.init(noiseOf(length, 0.01))];
  before[1] = rule.step(rule.step(before[1]!, { loss: 1, gradient: slopes[0]! }), {
    loss: 1,
    gradient: slopes[1]!,
  });
  const found = await inGraph(rule, before, slopes);
  for (const [i, state] of before.entries()) {
    const expected = rule.step(state, { loss: 1, gradient: slopes[i]! });
    const moves = [expected, found[i]!].map(({ waveform }) =>
      waveform.map((value, t) => value - state.waveform[t]!),
    );
    expect(relativeError(moves[1]!, moves[0]!)).toBeLessThan(1e-4);
    for (const [kept, values] of expected.memory.entries())
      expect(relativeError(found[i]!.memory[kept]!, values)).toBeLessThan(1e-5);
  }
});

const stage = 'heard';
const model = fewOpsModel(600);

async function courses(device: DeviceName, sounds: number, rule: Optimizer) {
  seed = 1;
  const options = { device, threads: 1, sounds };
  const references = [noiseOf(600, 0.1), noiseOf(600, 0.1)];
  const targets = await computeActivations(model, references, [stage], {
    threads: 1,
    form: 'fast',
    batch: 1,
  });
  const program = await compileDescent(model, { objective: match({ [stage]: 1 }), optimizer: rule }, options);
  const starts = [rule.init(noiseOf(600, 0.1)), rule.init(noiseOf(600, 0.1))];
  // The second sound begins when the first has taken a step, and takes two steps more.
  const first = await program.begin(starts[0]!, targets[0]!);
  const found = [await first.take(1), [] as number[]];
  const runs = [first, await program.begin(starts[1]!, targets[1]!)];
  await Promise.all(
    runs.map(async (run, i) => {
      // Of the first more may be taken at once than the second has left.
      for (let left = 2 + 2 * i; left > 0; ) {
        const taken = await run.take(left);
        left -= taken.length;
        found[i]!.push(...taken);
      }
      const { waveform, step } = await run.state();
      found[i]!.push(step, ...waveform, await run.loss());
      run.close();
    }),
  );
  await program.release();
  return found;
}

test('compileDeviceDescent: a sound that begins while another takes its step waits for the next one, and counts from its own start', async () => {
  seed = 1;
  const rule = levelScaledAdam({ ...adam, exponent: 1, bins: 64 });
  const descent = { objective: match({ [stage]: 1 }), optimizer: rule, rule: rule.inGraph! };
  const program = await compileDeviceDescent(model, descent, { threads: 1, sounds: 2 });
  const [targets] = await computeActivations(model, [noiseOf(600, 0.1)], [stage], {
    ...{ threads: 1, form: 'fast', batch: 1 },
  });
  const start = rule.init(noiseOf(600, 0.1));
  const alone = await program.begin(start, targets!);
  const losses = [...(await alone.take(1)), ...(await alone.take(1))];
  alone.close();
  const first = await program.begin(start, targets!);
  const underWay = first.take(1);
  const second = await program.begin(start, targets!);
  await underWay;
  expect((await second.state()).step).toBe(0);
  const [[again], [before]] = (await Promise.all([first.take(1), second.take(9)])) as [[number], [number]];
  expect(before).toBeCloseTo(losses[0]!, 6);
  expect(again).toBeCloseTo(losses[1]!, 6);
  expect((await first.state()).step).toBe(2);
  expect((await second.state()).step).toBe(1);
  await program.release();
});

test('compileDeviceDescent: steps that are taken at once are those taken one by one, each of its own length', async () => {
  seed = 1;
  const rule = levelScaledAdam({ ...adam, steps: 30, exponent: 1, bins: 64 });
  const descent = { objective: match({ [stage]: 1 }), optimizer: rule, rule: rule.inGraph! };
  const program = await compileDeviceDescent(model, descent, { threads: 1 });
  const [targets] = await computeActivations(model, [noiseOf(600, 0.1)], [stage], {
    ...{ threads: 1, form: 'fast', batch: 1 },
  });
  const start = rule.init(noiseOf(600, 0.1));
  const takenBy = async (most: number) => {
    const run = await program.begin(start, targets!);
    const losses: number[] = [];
    while (losses.length < 24) losses.push(...(await run.take(Math.min(most, 24 - losses.length))));
    const state = await run.state();
    run.close();
    return { losses, state };
  };
  const oneByOne = await takenBy(1);
  expect(oneByOne.state.step).toBe(24);
  expect(await takenBy(24)).toEqual(oneByOne);
  await program.release();
});

test.skipIf(!hasWebgpu)(
  'compileDescent: two sounds in one graph on WebGPU go each its own way, as on the processor (skipped where there is no WebGPU device)',
  async () => {
    const rule = levelScaledAdam({ ...adam, exponent: 1, bins: 64 });
    const [expected, actual] = [await courses('cpu', 1, rule), await courses('webgpu', 2, rule)];
    for (const i of [0, 1]) expect(relativeError(actual[i]!, expected[i]!)).toBeLessThan(1e-5);
  },
);
