import { expect, it } from 'vitest';
import { analyzeTrials } from '../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../src/analysis/config.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { studyFactsSchema } from '../../src/records/studyFacts.ts';
import { withStudy } from '../../src/records/trialTable.ts';

const header =
  'study,participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct';
/** Few trials of a study of 64 words: one target occurs, in noise too. */
const rows = ['p1', 'p2', 'p3'].flatMap((participant) =>
  ['natural,,', 'm/conv1,conv1,m', 'babble@-3dB,,', 'babble@0dB,,', 'babble@3dB,,'].map(
    (sound, i) =>
      `demo,${participant},human,word,main,${i},s${i},${sound},dog,${i % 2 ? 'cat' : 'dog'},${i % 2 === 0}`,
  ),
);
const config = parseAnalysisConfig({ permutations: 0, bootstrap: 1000 });
const table = () => readTrials({ path: 'trials.csv', text: `${[header, ...rows].join('\n')}\n` });
const facts = studyFactsSchema.parse({
  format: 1,
  study: 'demo',
  exclusion: {
    catchPassShare: 0.8,
    maxInvalidPlayShare: 0.1,
    maxSameResponseShare: 1,
    minMedianMs: 0,
    hearingLoss: false,
  },
  choices: { word: 64 },
  stageOrder: {},
});

it('chance is one of the study’s 64 words, however few occur', async () => {
  const { curves, inNoise } = analyzeTrials(withStudy(await table(), facts), config);
  expect(curves[0]!.chance).toBe(1 / 64);
  expect(curves[0]!.warnings.join()).not.toMatch(/Chance/);
  expect(inNoise.fits[0]!.parameters.guess).toBe(1 / 64);
});

it('without the study there is no chance level, and no curve with a guess rate of 1', async () => {
  const { curves, inNoise } = analyzeTrials(await table(), config);
  expect(curves[0]!.chance).toBeNaN();
  expect(inNoise.fits[0]!.parameters.guess).toBe(0);
  expect(inNoise.notes.join()).toMatch(/word: chance is not known and taken as 0/);
});

it('the configuration’s chance goes before the study’s', async () => {
  const stated = parseAnalysisConfig({ permutations: 0, bootstrap: 1000, chance: { word: 0.5 } });
  expect(analyzeTrials(withStudy(await table(), facts), stated).curves[0]!.chance).toBe(0.5);
});
