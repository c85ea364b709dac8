import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modelTrials } from '../../listening-test/models/modelTrials.ts';
import { loadStudy } from '../../listening-test/study/loadStudy.ts';
import { curveKeys, recognitionOf } from '../../src/analysis/byStage/recognition.ts';
import { gatherModelScores, numberStimuli } from '../../src/analysis/trials/stimuli.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { trialsCsv } from '../../src/records/writeTrials.ts';
import { tinyModel } from '../tinyModel.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';

it('modelTrials lets a model answer every main clip, so that listeners’ trials find its answers', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    words: ['yes', 'no', 'other'],
    seconds: 0.5,
    config: { stageOrder: { net: ['relu4', 'relu0'] } },
  });
  const loaded = loadStudy(folder);
  const model = tinyModel();
  const records = await modelTrials(loaded, model, { engine: 'tfjs' });
  const main = [...loaded.stimuli.values()].filter(({ role }) => role === 'main');
  // Three words, each natural and at two stages
  expect(records).toHaveLength(9);
  expect(main).toHaveLength(9);
  for (const record of records) {
    expect(model.classifiers[0]!.labels).toContain(record.response);
    expect(record.correct).toBe(record.response === record.target);
    expect(record.observer).toBe('tiny');
    expect(record.targetProbability! > 0).toBe(model.classifiers[0]!.labels.includes(record.target));
    expect(record.stageIndex).toBe({ relu4: 0, relu0: 1 }[record.stage] ?? null);
  }
  const listener = records.map((record) => ({ ...record, observer: 'human', participant: 'p1' }));
  const table = await readTrials(
    { path: 'humans.csv', text: trialsCsv(listener) },
    { path: join(folder, 'model.csv'), text: trialsCsv(records) },
  );
  const stimuli = numberStimuli(table);
  const rows = Uint8Array.from({ length: table.count }, (_, row) => (row < 9 ? 1 : 0));
  const recognition = recognitionOf(table, rows, {
    key: curveKeys(table, rows)[0]!,
    stimuli,
    models: gatherModelScores(table, stimuli),
  });
  expect(recognition.models[0]!.coverage).toBe(1);
  expect([...recognition.models[0]!.correct]).toEqual([...recognition.correct]);
});
