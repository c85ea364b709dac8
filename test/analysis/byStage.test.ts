import { describe, expect, it } from 'vitest';
import { curveKeys, recognitionOf } from '../../src/analysis/byStage/recognition.ts';
import { gatherModelScores, humanMainRows, numberStimuli } from '../../src/analysis/trials/stimuli.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { temporaryFiles } from './temporaryFiles.ts';

const { write } = temporaryFiles();
const header =
  'participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct';
const metamer = (who: string, index: number, source: string, stage: string, correct: boolean) =>
  `${who},${who.startsWith('p') ? 'human' : who},word,main,${index},${source},net/${stage},${stage},net,a,${correct ? 'a' : 'b'},${correct}`;
const natural = (who: string, index: number, source: string, correct: boolean, block = 'main') =>
  `${who},${who.startsWith('p') ? 'human' : who},word,${block},${index},${source},natural,,,a,${correct ? 'a' : 'b'},${correct}`;

async function recognition(...rows: string[]) {
  const table = await readTrials(write('t.csv', [header, ...rows, ''].join('\n')));
  const stimuli = numberStimuli(table);
  const human = humanMainRows(table);
  const [key] = curveKeys(table, human);
  return recognitionOf(table, human, { key: key!, stimuli, models: gatherModelScores(table, stimuli) });
}

describe('recognitionOf', () => {
  it('scores the network on exactly the trials that each participant heard', async () => {
    const result = await recognition(
      metamer('p1', 0, 's1', 'final', false),
      metamer('p1', 1, 's2', 'final', true),
      metamer('p2', 0, 's3', 'final', true),
      natural('p1', 2, 's4', true),
      natural('p2', 1, 's1', false),
      // The network is right on s1 and wrong on s2 and s3; s9 nobody heard
      metamer('net', 0, 's1', 'final', true),
      metamer('net', 1, 's2', 'final', false),
      metamer('net', 2, 's3', 'final', false),
      metamer('net', 3, 's9', 'final', true),
      natural('net', 4, 's1', true),
    );
    expect(result.levels).toEqual(['natural', 'final']);
    expect(result.participants).toEqual(['p1', 'p2']);
    expect([...result.trials]).toEqual([1, 2, 1, 1]);
    expect([...result.correct]).toEqual([1, 1, 0, 1]);
    const [net] = result.models;
    // Natural s4 was not given to the network: one trial less, coverage 4 of 5
    expect([...net!.trials]).toEqual([0, 2, 1, 1]);
    expect([...net!.correct]).toEqual([0, 1, 1, 0]);
    expect(net!.coverage).toBeCloseTo(0.8, 12);
  });

  it('takes records under a listener’s name as the answers to that listener’s trials', async () => {
    const under = (who: string, correct: boolean) =>
      `${who},net,word,main,0,s1,net/final,final,net,a,${correct ? 'a' : 'b'},${correct}`;
    const result = await recognition(
      metamer('p1', 0, 's1', 'final', false),
      metamer('p2', 0, 's1', 'final', false),
      metamer('p3', 0, 's1', 'final', false),
      under('p1', true),
      under('p2', false),
    );
    // p3 has no records of its own: the mean of all
    expect([...result.models[0]!.correct]).toEqual([1, 0, 0.5]);
  });

  it('averages a network that answered the same sound several times', async () => {
    const result = await recognition(
      metamer('p1', 0, 's1', 'final', false),
      metamer('net', 0, 's1', 'final', true),
      metamer('net', 1, 's1', 'final', true),
      metamer('net', 2, 's1', 'final', false),
      metamer('net', 3, 's1', 'final', true),
    );
    expect(result.models[0]!.correct[0]).toBe(0.75);
  });

  it('leaves practice, catch and noisy trials out', async () => {
    const result = await recognition(
      metamer('p1', 0, 's1', 'final', true),
      natural('p1', 1, 's2', true, 'catch'),
      natural('p1', 2, 's3', true, 'practice'),
      'p1,human,word,main,3,s4,babble8@-3dB,,,a,a,true',
    );
    expect(result.levels).toEqual(['final']);
    expect([...result.trials]).toEqual([1]);
  });
});
