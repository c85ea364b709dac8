import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/base/inputError.ts';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { neededNodes } from '../../../src/model/onnx/checkGraph.ts';
import { measureOnnxGraph } from '../../../src/model/onnx/measureOnnxGraph.ts';
import { node, onnxBytes, packedFloats, type TestNode, tensor } from '../../formats/onnx/onnxBytes.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const path = join(folder, 'net.onnx');
const inputs = [{ name: 'x', shape: [1, 2, 6, 8] }];

function graphOf(nodes: readonly TestNode[], options: Partial<Parameters<typeof onnxBytes>[0]> = {}) {
  writeFileSync(path, onnxBytes({ nodes, inputs, ...options }));
  return readOnnx(path);
}

const ones = (name: string, ...shape: number[]) =>
  tensor(name, 1, shape, [9, packedFloats(...Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1))]);
const wholes = (name: string, ...values: number[]) =>
  tensor(name, 7, [values.length], [9, new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)]);

test('neededNodes orders what is needed and leaves out the rest', () => {
  const graph = graphOf([
    node('Add', 'a b', 'y'),
    node('Unknown', 'x', 'z'),
    node('Neg', 'a', 'b'),
    node('Relu', 'x', 'a'),
  ]);
  expect(neededNodes(graph, ['y']).map(({ outputs }) => outputs[0])).toEqual(['a', 'b', 'y']);
  expect(neededNodes(graph, ['x'])).toEqual([]);
});

test('neededNodes orders a chain of 20,000 nodes, deep as it is', () => {
  const chain = Array.from({ length: 20000 }, (_, i) => node('Relu', i === 0 ? 'x' : `t${i - 1}`, `t${i}`));
  expect(neededNodes(graphOf(chain), ['t19999'])).toHaveLength(20000);
});

test('tensors called __proto__ and constructor are tensors like others', () => {
  const graph = graphOf([node('Relu', 'x', '__proto__'), node('Relu', '__proto__', 'constructor')]);
  expect(measureOnnxGraph(graph, [1, 2, 6, 8], ['constructor'])[0]!.shape).toEqual([1, 2, 6, 8]);
});

test.each<[string, TestNode[], RegExp]>([
  ['needs itself', [node('Relu', 'y', 'y')], /tensor 'y' must not need itself/],
  [
    'goes in a circle',
    [node('Relu', 'b', 'a'), node('Neg', 'a', 'b'), node('Abs', 'b', 'y')],
    /not need itself/,
  ],
  ['takes what nobody makes', [node('Relu', 'q', 'y')], /tensor 'q', which Relu 'y' takes, must be an input/],
  ['makes a tensor twice', [node('Relu', 'x', 'y'), node('Neg', 'x', 'y')], /tensor 'y' must be made once/],
  ['makes its input', [node('Relu', 'x', 'x')], /tensor 'x' must be made once/],
  ['lacks an input', [node('Relu', '', 'y')], /Relu 'y' must have an input 1/],
  ['has operations of Object', [node('toString', 'x', 'y')], /operation toString is not supported/],
  [
    'has several unknown ones',
    [node('Zip', 'x', 'a'), node('Zap', 'a', 'b'), node('Zip', 'b', 'y')],
    /operations Zap, Zip are not supported; stages may need Abs, .*Xor; .* name stages before Zap, Zip/,
  ],
  [
    'has an unknown attribute',
    [node('Relu', 'x', 'y', { color: 3 })],
    /attribute 'color' of Relu 'y' is not/,
  ],
  [
    'has a constant of nothing',
    [node('Constant', '', 'c'), node('Add', 'x c', 'y')],
    /a number or an array as value/,
  ],
  [
    'takes another result',
    [node('MaxPool', 'x', 'p y', { kernel_shape: [2, 2] })],
    /'y' must be the first result of MaxPool/,
  ],
  [
    'goes on with another result',
    [node('MaxPool', 'x', 'p i', { kernel_shape: [2, 2] }), node('Cast', 'i', 'y', { to: 1 })],
    /'i' must be the first result of MaxPool, it is number 2/,
  ],
  [
    'has cells of another size than states',
    [
      node('Reshape', 'x sequence', 's'),
      { ...node('LSTM', '', 'y', { hidden_size: 2 }), inputs: ['s', 'L', 'R', '', '', '', 'C'] },
    ],
    /LSTM 'y' must have \[1, 1, 2\] as input 7, it is \[1, 1, 3\]/,
  ],
  [
    'convolves other channels',
    [node('Conv', 'x W', 'y')],
    /a kernel for its 2 channels, it takes 7 × 1 and makes 3/,
  ],
  ['convolves in odd groups', [node('Conv', 'x V', 'y', { group: 2 })], /it takes 2 × 2 and makes 3/],
  ['has negative pads', [node('Conv', 'x V', 'y', { pads: [-9, 0, 0, 0] })], /pads of 4 whole numbers ≥ 0/],
  ['has huge pads', [node('Conv', 'x V', 'y', { pads: [2 ** 30, 2 ** 30, 0, 0] })], /fits into memory/],
  ['has huge dilations', [node('Conv', 'x U', 'y', { dilations: [2 ** 31, 1] })], /a window that fits/],
  ['has strides of 0', [node('Conv', 'x V', 'y', { strides: [0, 1] })], /strides of 2 whole numbers ≥ 1/],
  [
    'has one stride',
    [node('Conv', 'x V', 'y', { strides: [2] })],
    /strides of 2 whole numbers ≥ 1, it has \[2\]/,
  ],
  [
    'has another kernel_shape',
    [node('Conv', 'x V', 'y', { kernel_shape: [3, 3] })],
    /kernel_shape \[1, 1\] as its/,
  ],
  [
    'pools nothing',
    [node('MaxPool', 'x', 'y', { kernel_shape: [0, 0] })],
    /kernel_shape of 2 whole numbers ≥ 1/,
  ],
  [
    'pools too much',
    [node('MaxPool', 'x', 'y', { kernel_shape: [9, 9] })],
    /a window that fits into its input/,
  ],
  [
    'pads without end',
    [node('AveragePool', 'x', 'y', { kernel_shape: [2, 2], pads: [9 ** 9, 9 ** 9, 9, 9] })],
    /fits into memory/,
  ],
  [
    'expands without end',
    [node('Expand', 'x huge', 'y')],
    /Expand 'y' must have a result that fits into memory/,
  ],
  ['fills without end', [node('ConstantOfShape', 'huge', 'c'), node('Add', 'x c', 'y')], /fits into memory/],
  [
    'multiplies what does not fit',
    [node('MatMul', 'x M', 'y')],
    /matrices that fit, they are \[1, 2, 6, 8\] and \[3, 3\]/,
  ],
  [
    'adds what does not fit',
    [node('Add', 'x M', 'y')],
    /Add 'y' cannot be computed \(Operands could not be broadcast/,
  ],
  ['reshapes into parts', [node('Reshape', 'x odd', 'y')], /a shape for its 96 numbers, it has \[7, -1\]/],
  ['gathers beyond the end', [node('Gather', 'x ten', 'y', { axis: 3 })], /indices from -8 to 7, one is 10/],
  ['gathers along no axis', [node('Gather', 'x ten', 'y', { axis: 7 })], /an axis from -4 to 3, it has 7/],
  ['slices along no axis', [node('Slice', 'x zero ten ten', 'y')], /an axis from -4 to 3, it has 10/],
  [
    'slices with steps of 0',
    [node('Slice', 'x zero ten zero zero', 'y')],
    /as many ends, axes and steps \(not 0\)/,
  ],
  [
    'takes sizes from the sound',
    [node('Cast', 'x', 's', { to: 7 }), node('Reshape', 'x s', 'y')],
    /a constant as input 2, it depends on the sound/,
  ],
])('a graph that %s is refused', (_, nodes, rule) => {
  const tensors = [
    ones('W', 3, 7, 1, 1),
    ones('V', 3, 2, 1, 1),
    ones('U', 3, 2, 3, 3),
    ones('M', 3, 3),
    ones('L', 1, 8, 8),
    ones('R', 1, 8, 2),
    ones('C', 1, 1, 3),
  ].concat([
    wholes('huge', 100000, 100000, 2, 6, 8),
    wholes('odd', 7, -1),
    wholes('sequence', 12, 1, 8),
    wholes('ten', 10),
    wholes('zero', 0),
  ]);
  const measure = () => measureOnnxGraph(graphOf(nodes, { tensors }), [1, 2, 6, 8], ['y']);
  expect(measure).toThrow(rule);
  expect(measure).toThrow(InputError);
});

test('activations that are no numbers are refused by stage, sound and value', async () => {
  graphOf([node('Neg', 'x', 'n'), node('Log', 'n', 'y')], { inputs: [{ name: 'x', shape: [1, 2000] }] });
  const model = loadModel(path);
  const loud = Float32Array.from({ length: 2000 }, () => 1);
  await expect(computeActivations(model, [loud], ['y'], { form: 'fast' })).rejects.toThrow(
    /stage 'y' of net must be finite, sound 1 makes it NaN/,
  );
});

test('a graph of no input or two is refused', () => {
  graphOf([node('Relu', 'x', 'y')], { inputs: [] });
  expect(() => loadModel(path)).toThrow(/must have one input, it has 0/);
  graphOf([node('Add', 'x z', 'y')], { inputs: [...inputs, { name: 'z', shape: [1] }] });
  expect(() => loadModel(path)).toThrow(/must have one input, it has 2 \(x, z\)/);
});
