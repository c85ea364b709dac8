import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gatherModelScores, numberStimuli } from '../../src/analysis/trials/stimuli.ts';
import { findDuplicate } from '../../src/records/findDuplicate.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { trialColumns } from '../../src/records/trialRecord.ts';
import { nameAt } from '../../src/records/trialTable.ts';
import { temporaryFiles } from '../analysis/temporaryFiles.ts';

const { folder, write } = temporaryFiles();
/** Tables of the first exports end here. */
const header = trialColumns.slice(0, trialColumns.indexOf('target_probability')).join(',');
const human =
  's,p1,human,word,main,0,src1,cochcnn9/relu2,relu2,cochcnn9,cat,"dog, big",false,812.5,true,true,late;odd,2026-01-01T00:00:00Z,2026-01-01T00:00:02Z,3';
const natural = 's,p1,human,word,main,1,src2,natural,,,dog,dog,true,900,true,false,,,,';
const model = 's,cochcnn9,cochcnn9,word,main,0,src1,cochcnn9/relu2,relu2,cochcnn9,cat,cat,true,,,,,,,3';
const csv = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`;
const message = async (text: string) =>
  readTrials(write('bad.csv', text)).then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message.replace(folder, '')}`,
  );

describe('readTrials', () => {
  it('reads humans and models into columns; targets and responses share their names', async () => {
    const table = await readTrials(write('good.csv', csv(human, natural, model)));
    expect(table.count).toBe(3);
    expect(nameAt(table.response, 0)).toBe('dog, big');
    expect(table.target.codes[1]).toBe(table.response.codes[1]);
    expect([...table.correct]).toEqual([0, 1, 1]);
    expect(table.rtMs[0]).toBe(812.5);
    expect(table.rtMs[2]).toBeNaN();
    expect([...table.playValid]).toEqual([1, 1, 1]);
    expect(nameAt(table.exclusionRules, 0)).toBe('late;odd');
  });

  it.each([
    ['rating,main,2,src1,natural,,,,5,,', 1, null],
    ['rating,main,2,src1,natural,,,-,5,,', 0, /line 3: column 'correct' must be true or false/],
    ['rating,main,2,src1,natural,,,,5,false,', 0, /line 3: column 'target' must be filled in/],
  ])('a trial without right and wrong (%s) is counted, not analyzed', async (trial, ungraded, problem) => {
    const path = write('rated.csv', csv(natural, `s,p1,human,${trial}812,true,false,,,,`));
    if (problem) await expect(readTrials(path)).rejects.toThrow(problem);
    else expect(await readTrials(path)).toMatchObject({ count: 1, ungraded });
  });

  it('reads a table of R’s readr, with NA for missing cells, as the same', async () => {
    const readr = csv(human, natural, model)
      .split('\n')
      .map((line) => line.replaceAll(/,(?=,|$)/g, ',NA').replace(/,NA$/, ',NA'))
      .join('\n')
      .replaceAll('true', 'TRUE');
    const plain = await readTrials(write('good.csv', csv(human, natural, model)));
    const same = await readTrials(write('good.csv', readr));
    expect(readr).toContain('natural,NA,NA,dog');
    expect(same).toEqual(plain);
  });

  it.each([
    ['1', '0', true],
    ['1.0', '0.0', true],
    ['True', 'False', true],
    ['1.5', '0', false],
    ['10', '0', false],
    ['T', 'F', false],
  ])('takes %s and %s for true and false: %s', async (yes, no, isTaken) => {
    const text = csv(
      human.replace(',false,812.5', `,${no},812.5`),
      natural.replace(',true,900', `,${yes},900`),
    );
    const told = await message(text);
    if (isTaken) {
      expect(told).toBe('no error');
      expect([...(await readTrials(write('flags.csv', text))).correct]).toEqual([0, 1]);
    } else expect(told).toMatch(/column 'correct' must be true or false, got '/);
  });

  it('reads a table of a spreadsheet with semicolons and decimal commas as the same', async () => {
    const cells = csv(human.replace('"dog, big"', 'dog').replace('late;odd', '"late;odd"'), natural);
    const european = cells.replaceAll(',', ';').replace('812.5', '812,5');
    const table = await readTrials(write('good.csv', `\ufeff${european}`));
    expect(table).toEqual(await readTrials(write('good.csv', cells)));
    expect(table.rtMs[0]).toBe(812.5);
  });

  it('reads scores of models and marks of answers, and takes them as not told in tables without them', async () => {
    const marked = [`${header},target_probability,conduct_flags`, `${human},,pasted;left-page`];
    const text = [...marked, `${natural},NA,NA`, `${model},0.25,`, ''].join('\n');
    const table = await readTrials(write('scored.csv', text));
    expect([...table.targetProbability]).toEqual([Number.NaN, Number.NaN, 0.25]);
    expect([...table.conductFlags.codes].map((code) => table.conductFlags.names[code])).toEqual([
      ...['pasted;left-page', '', ''],
    ]);
    const bare = await readTrials(write('bare.csv', csv(human, model)));
    expect([...bare.targetProbability]).toEqual([Number.NaN, Number.NaN]);
    expect(bare.conductFlags.names).toEqual(['']);
    expect(gatherModelScores(table, numberStimuli(table))[0]!.probability[0]).toBe(0.25);
  });

  it.each(['0', '1'])('takes a probability of %s', async (probability) => {
    const text = `${header},target_probability\n${model},${probability}\n`;
    expect([...(await readTrials(write('sure.csv', text))).targetProbability]).toEqual([Number(probability)]);
  });

  it.each(['1.01', '-0.1', 'likely'])('refuses a probability of %s', async (probability) => {
    expect(await message(`${header},target_probability\n${model},${probability}\n`)).toMatch(
      /line 2: column 'target_probability' must be (from 0 to 1|a finite number), got '/,
    );
  });

  it('takes what lies beside a table for what is known of its study', async () => {
    const path = write('known.csv', csv(human, natural));
    const facts = {
      format: 1,
      study: 's',
      exclusion: { catchPassShare: 0.5 },
      choices: { word: 64 },
      stageOrder: { cochcnn9: ['cochleagram'] },
    };
    write('known.study.json', JSON.stringify(facts));
    const { studies } = await readTrials(path);
    expect(studies.get('s')).toMatchObject({ exclusion: { catchPassShare: 0.5, minMedianMs: 300 } });
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    expect((await readTrials(`${path}.gz`)).studies).toEqual(studies);
    write('known.study.json', JSON.stringify({ ...facts, choices: { word: 1 } }));
    await expect(readTrials(path)).rejects.toThrow(
      /known\.study\.json: field 'choices\.word' must be ≥ 2, got 1/,
    );
  });

  it('finds the model’s answer to the very sound that the human heard', async () => {
    const table = await readTrials(write('good.csv', csv(human, natural, model)));
    const stimuli = numberStimuli(table);
    const [scores] = gatherModelScores(table, stimuli);
    expect(stimuli.count).toBe(2);
    expect([...scores!.trials]).toEqual([1, 0]);
    expect(table.response.names[scores!.response[0]!]).toBe('cat');
  });

  it('does not care for column order, and takes missing optional columns as unexceptional', async () => {
    const text =
      'correct,response,target,metamer_model,stage,condition,source_id,trial_index,block,task,observer,participant\n1,a,a,,,natural,x,0,main,word,human,p\n';
    const table = await readTrials(write('order.csv', text));
    expect([table.correct[0], table.playValid[0], table.excluded[0]]).toEqual([1, 1, 0]);
  });

  it('reads background and SNR from their columns or from the condition', async () => {
    const plain = 's,p1,human,word,main,2,src3,babble8@-3dB,,,cat,cat,true,,,,,,,';
    const table = await readTrials(write('noise.csv', csv(plain)));
    expect([nameAt(table.background, 0), table.snrDb[0]]).toEqual(['babble8', -3]);
    const stated = `${header},background,snr_db\n${plain.replace('babble8@-3dB', 'noisy')},music,6\n`;
    const second = await readTrials(write('stated.csv', stated));
    expect([nameAt(second.background, 0), second.snrDb[0]]).toEqual(['music', 6]);
  });

  it('joins the files of humans and models, each with its own column order', async () => {
    const humans = write('humans.csv', csv(human, natural));
    const own =
      'correct,response,target,metamer_model,stage,condition,source_id,trial_index,block,task,observer,participant';
    const models = write(
      'models.csv',
      `${own}\n1,cat,cat,cochcnn9,relu2,cochcnn9/relu2,src1,0,main,word,cochcnn9,\n`,
    );
    const table = await readTrials(humans, models);
    expect(table.observer.names).toEqual(['human', 'cochcnn9']);
    expect(table.participant.names).toContain('p1');
    expect([...gatherModelScores(table, numberStimuli(table))[0]!.trials]).toEqual([1, 0]);
    await expect(readTrials(humans, models, models)).rejects.toThrow(
      /models\.csv line 2: repeats .*models\.csv line 2 \(participant '', observer 'cochcnn9'/,
    );
  });

  it('keeps participants of two studies apart, under the same name and trial number', async () => {
    const table = await readTrials(write('studies.csv', csv(human, human.replace(/^s,/, 't,'))));
    expect(table.participant.names).toEqual(['s/p1', 't/p1']);
    expect([...table.participant.codes]).toEqual([0, 1]);
  });

  it('keeps sounds of two studies apart, and gives a model’s answers to the study that they name', async () => {
    const other = (row: string) => row.replace(/^s,/, 't,');
    const rows = [human, other(human), other(model), model.replace(/^s,/, 'elsewhere,')];
    const table = await readTrials(write('sounds.csv', csv(...rows)));
    expect(table.source.names).toEqual(['s/src1', 't/src1', 'src1']);
    const stimuli = numberStimuli(table);
    expect([...gatherModelScores(table, stimuli)[0]!.trials]).toEqual([0, 1, 1]);
  });

  it.each([
    ['a missing file', null, /nowhere\.csv does not exist; check the path$/],
    ['an empty file', '', /bad\.csv is empty; it must have a header line and at least one row$/],
    ['a header alone', csv(), /bad\.csv has a header but no rows; nobody has answered a trial yet, export/],
    [
      'missing columns',
      'participant,observer\na,human\n',
      /bad\.csv: columns 'task', 'block', .* missing; trials\.csv needs participant, observer, task/,
    ],
    ['a ragged row', csv(human, 'a,b'), /bad\.csv line 3: a row must have the header's 20 cells, it has 2/],
    ['an open quote', csv('s,"p1,human'), /bad\.csv line \d: not well-formed CSV/],
    [
      'a block it does not know',
      csv(human.replace('main', 'test')),
      /bad\.csv line 2: column 'block' must be one of practice, main, catch, got 'test'; correct the row$/,
    ],
    [
      'a correctness that is none',
      csv(human, natural.replace('true,900', 'NaN,900')),
      /bad\.csv line 3: column 'correct' must be true or false, got 'NaN'/,
    ],
    [
      'a time that is no number',
      csv(human.replace('812.5', 'soon')),
      /bad\.csv line 2: column 'rt_ms' must be a finite number, got 'soon'/,
    ],
    ...['N/A', 'null', 'None', '#N/A', '.'].map((word): [string, string, RegExp] => [
      `a time of '${word}'`,
      csv(human.replace('812.5', word)),
      /bad\.csv line 2: column 'rt_ms' must be a finite number, got '.*'; correct or remove the row; a missing number is an empty cell, NA or NaN$/,
    ]),
    [
      'a misspelt human',
      csv(human.replace('human', 'Human')),
      /line 2: column 'observer' must be 'human' or a model's name, got 'Human'; write 'human' in small letters$/,
    ],
    [
      'an empty observer',
      csv(human.replace('human', '')),
      /line 2: column 'observer' must be filled in, got ''/,
    ],
    [
      'a human without a name',
      csv(human.replace('p1', '')),
      /line 2: column 'participant' must be filled in for a human, got ''/,
    ],
    [
      'two places of one stage',
      csv(human, natural, human.replace(/,0,src1,/, ',2,src3,').replace(/,3$/, ',5')),
      /bad\.csv line 4: column 'stage_index' must be one place for each stage of a model, got 5 for 'relu2' of 'cochcnn9' after 3 at .*bad\.csv line 2; give two models of one name two names$/,
    ],
    [
      'a trial index that is not whole',
      csv(human.replace('main,0,', 'main,0.5,')),
      /bad\.csv line 2: column 'trial_index' must be a whole number ≥ 0, got '0\.5'/,
    ],
    [
      'a missing trial index',
      csv(human.replace('main,0,', 'main,NA,')),
      /bad\.csv line 2: column 'trial_index' must be a whole number ≥ 0, got 'NA'/,
    ],
    [
      'a duplicate',
      csv(human, natural, human),
      /bad\.csv line 4: repeats .*bad\.csv line 2 \(participant 'p1', observer 'human', trial_index 0, source_id 'src1'\); keep one of them$/,
    ],
  ])('refuses %s with one sentence', async (_, text, expected) => {
    const got =
      text === null
        ? await readTrials(`${folder}/nowhere.csv`).catch((error: Error) => `${error.name}: ${error.message}`)
        : await message(text);
    expect(got).toMatch(/^InputError: /);
    expect(got).toMatch(expected);
  });
});

describe('reading a row', () => {
  it('findDuplicate finds the first repeated row among many', () => {
    const n = 50_000;
    const a = Int32Array.from({ length: n }, (_, i) => i % 250);
    const b = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 250));
    expect(findDuplicate([a, b], n)).toBeUndefined();
    a[40_000] = a[77]!;
    b[40_000] = b[77]!;
    expect(findDuplicate([a, b], n)).toEqual([77, 40_000]);
  });
});
