import { expect, test } from 'vitest';
import type { Accuracy, Evaluation } from '../../../src/training/evaluation/evaluation.ts';
import { trainingConfig } from '../../../src/training/trainingConfig.ts';
import { type CardFacts, modelCard } from './modelCard.ts';

const accuracy = (top1: number): Accuracy => ({
  ...{ excerpts: 100, top1, top5: 0.99 },
  interval: { low: top1 - 0.05, high: top1 + 0.05 },
});
const evaluation: Evaluation = {
  ...{ model: 'toy', modelHash: 'abc', split: 'test', perLabel: 10, snrsDb: [0], seed: 1 },
  tasks: {
    word: {
      clean: accuracy(0.9),
      'clean, real talkers': accuracy(0.93),
      'clean, festival': accuracy(0.5),
      '0 dB': accuracy(0.6),
      'babble of 2@0 dB': accuracy(0.4),
    },
    genre: { clean: accuracy(0.7), 'clean, lilypond+fluidsynth': accuracy(0.65) },
  },
  ...{ calibration: {}, confusions: {} },
};
const phase = (seed: number, steps: number, hours: number) => ({
  config: trainingConfig({ corpus: 'corpus', steps: 1, batchSize: 16, seed, weightType: 'F16' }),
  ...{ steps, hours },
});
const facts: CardFacts = {
  ...{ name: 'toy', parameters: 2_345_678, phases: [phase(1, 1000, 0.5), phase(2, 500, 0.25)], evaluation },
  corpus: {
    ...{ format: 'auditory-metamer corpus 2', size: 'small', seed: 1, sampleRateHz: 20000 },
    ...{ words: ['go', 'no'], genres: ['folk', 'hymn', 'ska'], shards: [], counts: {} },
    sources: {
      flite: { license: 'BSD-like', entries: 1200, seconds: 600 },
      own: { license: 'score (CC0) played with a soundfont (MIT); mine', entries: 1, seconds: 60 },
      scores: {
        license:
          'score (CC-BY-3.0) played with a soundfont (MIT); score (public domain) played with a soundfont (MIT)',
        ...{ entries: 30, seconds: 60 },
      },
    },
  },
  ...{
    nullDistribution: { sounds: 1415, pairs: 1_000_000 },
    clips: { drawn: { named: 3, asked: 9 }, chosen: { named: 8, asked: 10 } },
    limits: ['One seed.'],
  },
};

test('modelCard tells seeds, steps, excerpts, time, storage, null and clips', () => {
  const card = modelCard(facts);
  expect(card).toContain('2.3 M parameters stored in 16 bits, 3 genres');
  expect(card).toContain(
    '2 phases, each from the weights of the one before, 24,000 excerpts in 0.8 hours: seed 1, 1,000 steps of 16; seed 2, 500 steps of 16.',
  );
  expect(card).toContain('1,000,000 random pairs of 1,415 sounds');
  expect(card).toContain(
    'Of the 9 bundled clips of its words and genres that were drawn by lot it names 3, of the 10 that were chosen because an earlier model named them 8.',
  );
  expect(card).toMatch(/## Limits\n\n- One seed\.\n$/);
  expect(card).toContain('| scores | 30 | 1 min | score: CC-BY-3.0, public domain; soundfonts: MIT |');
  expect(card).toContain('| own | 1 | 1 min | score (CC0) played with a soundfont (MIT); mine |');
  expect(card).toContain('| flite | 1,200 | 10 min | BSD-like |');
});

test('modelCard shows levels, then sources of words and music, not single backgrounds', () => {
  const rows = modelCard(facts)
    .split('\n')
    .filter((line) => line.includes('% ['));
  expect(rows).toEqual([
    '| clean | 90 % [85, 95] | 99 % | 70 % [65, 75] | 99 % |',
    '| clean, real talkers | 93 % [88, 98] | 99 % |  |  |',
    '| 0 dB, all backgrounds | 60 % [55, 65] | 99 % |  |  |',
    '| clean, festival | 50 % [45, 55] | 99 % |  |  |',
    '| clean, lilypond+fluidsynth |  |  | 65 % [60, 70] | 99 % |',
  ]);
});

test('modelCard says how it was held against people, or that it was not', () => {
  expect(modelCard(facts)).toContain('It was not held against people.');
  const humans = {
    r: 0.9512,
    rmse: 0.08,
    cells: 25,
    ceiling: 0.984,
    participants: 44,
    byBackground: [
      { background: 'music', r: 0.9, rmse: 0.12, cells: 5 },
      { background: 'babble-8', r: 0.985, rmse: 0.05, cells: 5 },
    ],
    compared: [],
    missing: [],
  };
  expect(modelCard({ ...facts, evaluation: { ...evaluation, humans } })).toContain(
    "Over 25 cells of background and level its words correlate with people's at r = 0.951 (halves of the people with each other: 0.984); the root of the mean squared difference is 8 points; within backgrounds: music 0.90 and 12, babble-8 0.98 and 5.\n\n![Words in noise, people beside the model](humans.svg)",
  );
});
