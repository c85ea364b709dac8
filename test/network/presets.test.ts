import { expect, test } from 'vitest';
import { planNetwork } from '../../src/network/plan.ts';
import { branchedOperationNames, hasBranches, type PresetName, presets } from '../../src/network/presets.ts';

const { branched, cochcnn9, kell2018 } = presets;

const shapesOf = (plan: ReturnType<typeof planNetwork>) =>
  Object.fromEntries(plan.stages.map(({ name, shape }) => [name, shape.join('×')]));
const parametersOf = (plan: ReturnType<typeof planNetwork>, names: string[]) =>
  plan.stages.filter(({ name }) => names.includes(name)).reduce((sum, stage) => sum + stage.parameters, 0);
const macsOf = (plan: ReturnType<typeof planNetwork>) =>
  plan.stages.reduce((sum, stage) => sum + stage.macs, 0);

test('cochcnn9 has the published shapes (Feather et al. 2023)', () => {
  expect(shapesOf(planNetwork(cochcnn9()))).toEqual({
    relu0: '71×130×96',
    relu1: '18×33×256',
    relu2: '9×17×512',
    relu3: '9×17×1024',
    relu4: '9×17×512',
    avgpool: '5×9×512',
    relufc: '4096',
    final: '794',
  });
});

test('cochcnn9 has the published parameters and multiply-accumulates', () => {
  const plan = planNetwork(cochcnn9());
  const isKernel = (name: string) => name.endsWith('conv.kernel');
  const convolutions = plan.weights.filter(({ name }) => isKernel(name));
  const count = convolutions.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  expect(count / 1e6).toBeCloseTo(12.59, 2);
  expect(parametersOf(plan, ['relufc']) / 1e6).toBeCloseTo(94.38, 2);
  expect(parametersOf(plan, ['final']) / 1e6).toBeCloseTo(3.25, 2);
  expect(parametersOf(plan, Object.keys(shapesOf(plan))) / 1e6).toBeCloseTo(110.2, 1);
  expect(macsOf(plan) / 1e9).toBeCloseTo(2.46, 2);
});

test('kell2018 has the published shapes and parameters (Kell et al. 2018)', () => {
  const plan = planNetwork(kell2018());
  expect(shapesOf(plan)).toMatchObject({
    conv1: '86×86×96',
    norm1: '86×86×96',
    pool1: '43×43×96',
    conv2: '22×22×256',
    pool2: '11×11×256',
    conv3: '11×11×512',
    'conv4.word': '11×11×1024',
    'conv5.word': '11×11×512',
    'pool5.word': '6×6×512',
    'fc6.word': '1024',
    'top.word': '589',
    'top.music': '43',
  });
  const shared = [...branchedOperationNames.slice(0, 7)];
  const own = branchedOperationNames.slice(7, -1).map((name) => `${name}.word`);
  expect(parametersOf(plan, shared) / 1e6).toBeCloseTo(1.8, 2);
  expect(parametersOf(plan, own) / 1e6).toBeCloseTo(28.3, 1);
});

test('branched shares seven operations by default, and each branch has the other five', () => {
  expect(planNetwork(branched()).stages.map(({ name }) => name)).toEqual([
    ...branchedOperationNames.slice(0, 7),
    ...branchedOperationNames.slice(7).map((name) => `${name}.word`),
    ...branchedOperationNames.slice(7).map((name) => `${name}.music`),
  ]);
});

test('branched at a quarter of its width stays below 3 million parameters and 0.25 GMAC', () => {
  const plan = planNetwork(branched({ width: 0.25, words: 201, genres: 13 }));
  expect(parametersOf(plan, Object.keys(shapesOf(plan)))).toBeLessThan(3e6);
  expect(macsOf(plan)).toBeLessThan(0.25e9);
});

test('branchPoint 0 shares only the cochleagram, 12 all but the choice of the output', () => {
  const none = branched({ branchPoint: 0, words: 11, genres: 4 }).stages;
  expect(none.map(({ name }) => name)).toEqual([
    ...branchedOperationNames.map((name) => `${name}.word`),
    ...branchedOperationNames.map((name) => `${name}.music`),
  ]);
  expect(none.filter(({ input }) => input === 'cochleagram').map(({ name }) => name)).toEqual([
    'conv1.word',
    'conv1.music',
  ]);
  const all = branched({ branchPoint: 12, words: 11, genres: 4 });
  expect(all.stages.map(({ name }) => name)).toEqual([...branchedOperationNames, 'top.word', 'top.music']);
  expect(shapesOf(planNetwork(all))).toMatchObject({ top: '15', 'top.word': '11', 'top.music': '4' });
});

test.each([-1, 13, 1.5])('branchPoint %d is refused with its range', (branchPoint) => {
  expect(() => kell2018({ branchPoint })).toThrow(
    `network: branchPoint must be a whole number from 0 to 12, got ${branchPoint}; the published one is 7`,
  );
});

test('width 0 is refused', () => {
  expect(() => branched({ width: 0 })).toThrow('network: width must be > 0, got 0');
});

test('planNetwork refuses a stage whose input is not an earlier one', () => {
  const stages = [{ name: 'a', input: 'b', operations: [] }];
  expect(() => planNetwork({ cochleagram: [2, 2], stages, outputs: [] })).toThrow(
    "planNetwork: stage 'a' must be new and its input an earlier stage (cochleagram), got 'b'",
  );
});

test.each(Object.keys(presets) as PresetName[])(
  'hasBranches(%s) is whether it has outputs of two tasks',
  (preset) => {
    expect(hasBranches(preset)).toBe(presets[preset]().outputs.length === 2);
  },
);
