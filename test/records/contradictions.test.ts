import { describe, expect, it } from 'vitest';
import { contradictionIn } from '../../src/records/contradictions.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { type TrialFacts, trialRecord } from '../../src/records/trialRecord.ts';

const trial = (facts: Partial<TrialFacts>) =>
  trialRecord({
    ...{ study: 's', participant: 'p', observer: 'human', task: 'word', trialIndex: 0, sourceId: 'a' },
    ...{ condition: 'natural', target: 'dog', response: 'dog' },
    ...facts,
  });
const metamer = { condition: 'net/conv1', stage: 'conv1', metamerModel: 'net' };

describe('contradictionIn', () => {
  it.each<[string, Partial<TrialFacts>]>([
    ['a right answer', {}],
    ['a wrong answer', { response: 'cat' }],
    ['the target among several answers', { response: 'cat;dog', correct: true }],
    ['the target in capitals', { response: ' DOG', correct: true }],
    ['no answer, wrong', { response: '', correct: false }],
    ['no answer kept, right', { response: '', correct: true }],
    ['a metamer', metamer],
    ['a sound in noise', { condition: 'babble/-3' }],
    ['a condition of another form', { ...metamer, condition: 'conv1 of net' }],
    ['a model whose name holds a slash', { condition: 'a/b/conv1', stage: 'conv1', metamerModel: 'a/b' }],
    ['rules that exclude', { exclusionRules: ['replaced'], excluded: true }],
    ['an exclusion without rules', { excluded: true }],
  ] as [string, Partial<TrialFacts>][])('finds none in %s', (_, facts) => {
    expect(contradictionIn({ ...trial(facts), ...facts } as never)).toBeUndefined();
  });

  it.each<[string, Partial<TrialFacts>, string, string]>([
    ['a right answer called wrong', { correct: false }, 'correct', "true where the target is 'dog'"],
    ['a wrong one called right', { response: 'cat', correct: true }, 'correct', 'false where the target'],
    ['several without the target', { response: 'cat;cow', correct: true }, 'correct', 'false where'],
    ['a natural sound with a stage', { stage: 'conv1' }, 'stage', "empty where the condition is 'natural'"],
    ['another stage', { ...metamer, stage: 'conv2' }, 'stage', "'conv1' where the condition is 'net/conv1'"],
    ['a metamer without its stage', { ...metamer, stage: '' }, 'stage', "'conv1' where"],
    ['another model', { ...metamer, metamerModel: 'web' }, 'metamer_model', "'net' where the condition"],
    ['a metamer without its model', { ...metamer, metamerModel: '' }, 'metamer_model', "'net' where"],
    [
      'rules without exclusion',
      { exclusionRules: ['replaced'] },
      'excluded',
      "true where exclusion_rules holds 'replaced'",
    ],
  ])('finds %s', (_, facts, column, rule) => {
    const record = { ...trial(facts), ...facts, excluded: false } as never;
    expect(contradictionIn(record)?.column).toBe(column);
    expect(contradictionIn(record)?.rule).toContain(rule);
  });
});

describe('readTrials', () => {
  const header =
    'participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct';
  const read = (row: string, columns = header) => readTrials({ path: 't.csv', text: `${columns}\n${row}\n` });

  it('names row and column of a contradiction', async () => {
    await expect(read('p,human,word,main,0,a,natural,,,dog,dog,false')).rejects.toThrow(
      "t.csv line 2: column 'correct' must be true where the target is 'dog' and the response 'dog', got 'false'; correct or remove the row",
    );
  });

  it('does not hold rules against a column that is left out', async () => {
    const table = await read(
      'p,human,word,main,0,a,natural,,,dog,dog,true,replaced',
      `${header},exclusion_rules`,
    );
    expect(table.count).toBe(1);
  });

  it('refuses an index that is not whole', async () => {
    await expect(read('p,human,word,main,1.5,a,natural,,,dog,dog,true')).rejects.toThrow(
      "column 'trial_index' must be a whole number ≥ 0, got '1.5'",
    );
  });
});
