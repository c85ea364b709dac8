import { expect, test } from 'vitest';
import type { OnnxNode } from '../../src/formats/onnx/readOnnx.ts';
import { stageInputs } from '../../src/model/onnx/stageInputs.ts';

function node(opType: string, output: string, ...inputs: string[]): OnnxNode {
  return { opType, inputs, outputs: [output], attributes: new Map(), captured: [] };
}

/** A residual block with an output copied for export, and a classifier that asks for a shape. */
const graph = {
  nodes: [
    node('Conv', 'conv', 'sound', 'weights'),
    node('Relu', 'relu', 'conv'),
    node('Conv', 'detour', 'relu', 'weights'),
    node('Add', 'sum', 'detour', 'relu'),
    node('Transpose', 'turned', 'relu'),
    node('Identity', 'copied', 'turned'),
    node('Shape', 'size', 'conv'),
    node('Reshape', 'flat', 'sum', 'size'),
    node('Gemm', 'top', 'flat', 'weights'),
  ],
};

function inputsOf(stages: Record<string, string>): object {
  const listed = Object.entries(stages).map(([name, tensor]) => ({ name, tensor }));
  return Object.fromEntries(stageInputs(graph, listed));
}

test('stageInputs(graph, …) names the nearest stages on every way, through shapes not', () => {
  expect(
    inputsOf({ cochleagram: 'sound', 'a.conv': 'conv', 'a.relu': 'relu', 'a.sum': 'sum', top: 'top' }),
  ).toEqual({
    cochleagram: [],
    'a.conv': ['cochleagram'],
    'a.relu': ['a.conv'],
    'a.sum': ['a.relu'],
    top: ['a.sum'],
  });
  expect(inputsOf({ conv: 'conv', relu: 'relu', detour: 'detour', sum: 'sum' })).toMatchObject({
    conv: [],
    sum: ['relu', 'detour'],
  });
});

test('stageInputs(graph, …) puts a copy that nothing uses where its original is', () => {
  expect(inputsOf({ conv: 'conv', copy: 'copied', top: 'top' })).toEqual({
    conv: [],
    copy: ['conv'],
    top: ['copy'],
  });
});
