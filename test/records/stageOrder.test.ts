import { expect, it } from 'vitest';
import { orderStages, stagePlace } from '../../src/records/stageOrder.ts';

it.each<[string, string[], Parameters<typeof orderStages>[1], string[], string[]]>([
  [
    'a built-in model, and a stage of none by name behind it',
    ['final', 'relu10', 'relu2', 'cochleagram', 'relufc', 'relu0', 'avgpool'],
    {},
    ['cochleagram', 'relu0', 'relu2', 'avgpool', 'relufc', 'final', 'relu10'],
    ['relu10'],
  ],
  [
    'a network that parts after 7 operations',
    ['top.word', 'conv4.word', 'norm1', 'conv1', 'conv4.music'],
    {},
    ['conv1', 'norm1', 'conv4.word', 'top.word', 'conv4.music'],
    [],
  ],
  [
    'a network that parts after 9 operations',
    ['top.word', 'conv5', 'pool5.word', 'conv3', 'conv4'],
    {},
    ['conv3', 'conv4', 'conv5', 'pool5.word', 'top.word'],
    [],
  ],
  [
    'a network that parts at once, and one that never does',
    ['pool1.music', 'top', 'conv1.word', 'fc6', 'top.word'],
    {},
    ['fc6', 'top', 'conv1.word', 'top.word', 'pool1.music'],
    [],
  ],
  [
    'stages matched together, behind the last of them',
    ['conv5.word', 'conv3+conv4.word', 'conv4.music'],
    {},
    ['conv3+conv4.word', 'conv5.word', 'conv4.music'],
    [],
  ],
  [
    'stages matched through their own rectifier',
    ['layer2', 'conv1_relu1', 'relufc_fakerelu', 'layer1'],
    {},
    ['conv1_relu1', 'layer1', 'layer2', 'relufc_fakerelu'],
    [],
  ],
  [
    'a stated order before all others',
    ['a', 'b', 'block10', 'block9'],
    { stated: ['b', 'a'] },
    ['b', 'a', 'block9', 'block10'],
    ['block10', 'block9'],
  ],
  [
    'what the records tell, against the built-in order',
    ['conv1', 'conv3', 'encoder'],
    { recorded: new Map([...Object.entries({ conv3: 1, encoder: 2, conv1: 5 })]) },
    ['conv3', 'encoder', 'conv1'],
    [],
  ],
  [
    'a stated order, then what the records tell',
    ['x', 'y', 'z'],
    { stated: ['z'], recorded: new Map([...Object.entries({ y: 0, x: 7 })]) },
    ['z', 'y', 'x'],
    [],
  ],
  [
    'the built-in order where the records tell of some stages only',
    ['conv3', 'conv1', 'encoder'],
    { recorded: new Map([...Object.entries({ conv3: 0, conv1: 4 })]) },
    ['conv1', 'conv3', 'encoder'],
    ['encoder'],
  ],
])('orderStages sorts %s', (_, stages, known, sorted, unknown) => {
  const before = [...stages];
  expect(orderStages(stages, known)).toEqual({ stages: sorted, unknown });
  expect(stages).toEqual(before);
});

it.each([
  [['a', 'b', 'c'], 'b', 1],
  [['a', 'b', 'c'], 'a', 0],
  [['a', 'b', 'c'], 'a+c', 2],
  [['a', 'b', 'c'], 'c+a', 2],
  [['a', 'b', 'c'], 'a+d', null],
  [['a', 'b', 'c'], 'd', null],
  [undefined, 'a', null],
])('stagePlace(%j, %s) is %s', (order, stage, place) => {
  expect(stagePlace(order, stage)).toBe(place);
});
