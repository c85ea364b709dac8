import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { analyzeTrials } from '../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../src/analysis/config.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { studyFactsOfDataset, studyFactsSchema } from '../../src/records/studyFacts.ts';
import { withStudy } from '../../src/records/trialTable.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

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

it('limits of a study that is not known are said to be the published ones, unless all are stated', async () => {
  const warningsOf = async (studied: boolean, exclusions: object = {}) => {
    const read = studied ? withStudy(await table(), facts) : await table();
    const stated = parseAnalysisConfig({ permutations: 0, bootstrap: 1000, exclusions });
    return analyzeTrials(read, stated).warnings.filter((text) => text.startsWith('The exclusion limits'));
  };
  expect(await warningsOf(true)).toEqual([]);
  expect(await warningsOf(false)).toEqual([
    "The exclusion limits of the study 'demo' are not known, because no trials.study.json of it lies beside its trials: the published ones are taken for catch, plays, responseTime, repeatedAnswers. Keep the export’s file beside the table, give the study, or state the limits in the configuration.",
  ]);
  const most = { plays: null, responseTime: null, repeatedAnswers: { mostSame: 0.5 } };
  expect((await warningsOf(false, most)).join()).toMatch(/taken for catch\. Keep/);
  expect(await warningsOf(false, { ...most, catch: null })).toEqual([]);
});

it('a Psych-DS dataset keeps what is known of its study in its documentation', async () => {
  const dataset = temporaryFolder();
  const data = join(dataset, 'data', 'study-demo_subject-p1_task-word_data.csv');
  for (const name of ['data', 'documentation']) mkdirSync(join(dataset, name));
  writeFileSync(data, `${[header, ...rows].join('\n')}\n`);
  expect((await readTrials(data)).studies.size).toBe(0);
  writeFileSync(join(dataset, studyFactsOfDataset), JSON.stringify(facts));
  expect((await readTrials(data)).studies.get('demo')!.choices).toEqual({ word: 64 });
});
