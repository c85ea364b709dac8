import { expect, test } from 'vitest';
import type { Stage } from '../../src/model/auditoryModel.ts';
import { classifiersBehind, earlierStages } from '../../src/model/stageGraph.ts';

function stage(name: string, ...inputs: string[]): Stage {
  return { name, inputs, shape: [1], parameters: 0, macs: 0 };
}

/** Dots in every name, a detour around `layer2`, two tasks that part behind it, and a stage that leads nowhere. */
const stages = [
  stage('cochleagram'),
  stage('layer1.conv', 'cochleagram'),
  stage('layer1.relu', 'layer1.conv'),
  stage('layer2.conv', 'layer1.relu'),
  stage('layer2.sum', 'layer2.conv', 'layer1.relu'),
  stage('layer2.energy', 'layer2.conv'),
  stage('word.top', 'layer2.sum'),
  stage('genre.hidden', 'layer2.sum'),
  stage('genre.top', 'genre.hidden'),
];
const word = { task: 'word' as const, stage: 'word.top', labels: [] };
const genre = { task: 'genre' as const, stage: 'genre.top', labels: [] };

test.each([
  [['cochleagram'], []],
  [['layer1.relu'], ['cochleagram', 'layer1.conv']],
  [['layer2.sum'], ['cochleagram', 'layer1.conv', 'layer1.relu', 'layer2.conv']],
  [['genre.top'], ['cochleagram', 'layer1.conv', 'layer1.relu', 'layer2.conv', 'layer2.sum', 'genre.hidden']],
  [['word.top'], ['cochleagram', 'layer1.conv', 'layer1.relu', 'layer2.conv', 'layer2.sum']],
  [
    ['layer1.relu', 'word.top'],
    ['cochleagram', 'layer1.conv'],
  ],
  [
    ['layer2.energy', 'layer2.sum'],
    ['cochleagram', 'layer1.conv', 'layer1.relu', 'layer2.conv'],
  ],
])('earlierStages of %j', (matched, expected) => {
  expect(earlierStages(stages, matched)).toEqual(expected);
});

test.each([
  [['layer1.conv'], [word, genre]],
  [['genre.hidden'], [genre]],
  [['word.top'], [word]],
  [
    ['genre.hidden', 'word.top'],
    [word, genre],
  ],
  [['layer2.energy'], [word, genre]],
])('classifiersBehind %j', (matched, expected) => {
  expect(classifiersBehind({ stages, classifiers: [word, genre] }, matched)).toEqual(expected);
});
