import { describe, expect, it } from 'vitest';
import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';
import { analyzer, quick } from './analyzer.ts';

const analyze = analyzer();

describe('analyzeTrials on thin or odd tables', () => {
  const rows = simulateTrials({ ...smallStudy, participants: 6, sources: 40, answers: 40 });

  it('warns when items have too few answers', async () => {
    const { curves, warnings } = await analyze(rows);
    expect(warnings[0]).toMatch(
      /^word, metamers of cochcnn9: some stage has 30 sources and 6 listeners; tests and intervals were calibrated by simulation down to 12 listeners and 24 sources\. With fewer they are cautious/,
    );
    expect(curves[0]!.warnings[0]).toMatch(
      /^Half of the items have at most 1 human answer \(10 are wanted\)/,
    );
  });

  it('orders stages as the trials tell, else as the built-in models do, and warns where neither knows', async () => {
    const names: Record<string, string> = {
      cochleagram: 'layer2.relu',
      relu2: 'encoder',
      relu4: 'layer1.relu',
      final: 'head',
    };
    const places: Record<string, number> = { 'layer2.relu': 4, encoder: 7, 'layer1.relu': 1, head: 9 };
    const renamed = (isTold: boolean) =>
      rows.map((row) => {
        const stage = names[String(row.stage)] ?? String(row.stage);
        const condition = stage === '' ? row.condition : `${row.metamer_model}/${stage}`;
        return { ...row, condition, stage, stage_index: isTold ? (places[stage] ?? '') : '' };
      });
    const curveOf = async (isTold: boolean) =>
      (await analyze(renamed(isTold))).curves.find(({ metamerModel }) => metamerModel === 'cochcnn9')!;
    const told = await curveOf(true);
    expect(told.recognition.levels).toEqual(['natural', 'layer1.relu', 'layer2.relu', 'encoder', 'head']);
    expect(told.warnings.join()).not.toContain('processing order');
    const untold = await curveOf(false);
    expect(untold.recognition.levels).toEqual(['natural', 'encoder', 'head', 'layer1.relu', 'layer2.relu']);
    expect(untold.warnings.join(' ')).toMatch(
      /The processing order of the stages of cochcnn9 is not known, .*encoder.* stand by name/,
    );
  });

  it('does without models and says so', async () => {
    const results = await analyze(rows.filter(({ observer }) => observer === 'human'));
    expect(results.warnings).toContain('The table has no model trials: only human results can be given.');
    expect(results.curves[0]!.inference.anovas.map(({ title }) => title)).toEqual(['humans over stages']);
    expect(results.crossModel.points).toEqual([]);
  });

  it('handles one participant: NaN intervals, no analysis of variance, a warning', async () => {
    const results = await analyze(rows.filter((row) => row.observer !== 'human' || row.participant === 'p0'));
    expect(results.warnings.join(' ')).toMatch(/There is one participant/);
    expect(results.curves[0]!.inference.anovas).toEqual([]);
    expect(results.curves[0]!.inference.notes[0]).toBe(
      'humans over stages: not analyzed, 1 of 1 participants have trials at every level and two are needed.',
    );
    expect(results.curves[0]!.summaries[0]!.interval.low).toBeNaN();
  });

  it('leaves participants with an empty cell out of the analysis of variance, not out of the means', async () => {
    const holed = rows.filter((row) => !(row.participant === 'p1' && row.stage === 'final'));
    const [curve] = (await analyze(holed)).curves;
    expect(curve!.inference.anovas[0]!.participants).toBe(5);
    expect(curve!.inference.anovas[0]!.notes).toEqual([
      '1 of 6 participants lack trials at some level and were left out.',
    ]);
    expect(curve!.summaries.find(({ level }) => level === 'relu2')!.participants).toBe(6);
  });

  it('scores a model on the trials it has and states the coverage', async () => {
    const partial = rows.filter((row) => row.observer !== 'cochcnn9' || Number(row.trial_index) % 2 === 0);
    const [curve] = (await analyze(partial)).curves;
    expect(curve!.recognition.models[0]!.coverage).toBeLessThan(0.8);
    expect(
      curve!.warnings.some((text) => /^cochcnn9 has answers for \d+\.\d % of the humans' trials/.test(text)),
    ).toBe(true);
  });

  it('refuses a table without humans, and one of which nothing is left', async () => {
    await expect(analyze(rows.filter(({ observer }) => observer !== 'human'))).rejects.toThrow(
      /column 'observer' must have rows of 'human', it has only cochcnn9, branched; add the humans' trials$/,
    );
    const invalid = rows.map((row) => ({ ...row, play_valid: row.observer !== 'human' }));
    await expect(analyze(invalid)).rejects.toThrow(
      /trials\.csv: no human trial of the main block is left after the exclusions: 6 of 6 participants \(p0, p1, p2, p3, p4, …\) were excluded by 'plays', more than .* of plays invalid; add participants/,
    );
    await expect(analyze(invalid.filter(({ participant }) => participant !== 'p5'))).rejects.toThrow(
      /: 5 of 5 participants \(p0, p1, p2, p3, p4\) were excluded by 'plays'/,
    );
    const marked = rows.map((row) => ({ ...row, excluded: row.observer === 'human' }));
    await expect(analyze(marked)).rejects.toThrow(
      /: 240 single trials were excluded by 'recorded', single trials that the study marked as excluded; add/,
    );
  });

  it('names a forgotten await before readTrials', () => {
    const promised = readTrials({ path: 'trials.csv', text: trialsCsv(rows) });
    expect(() => analyzeTrials(promised as never)).toThrow(
      'a table of trials is wanted, got a promise of one; write await before readTrials(…)',
    );
  });

  it('refuses an observer that the configuration does not name', async () => {
    await expect(analyze(rows, { ...quick, models: ['cochcnn9'] })).rejects.toThrow(
      /trials\.csv line \d+: column 'observer' must be one of human, cochcnn9, got 'branched'; correct it or add it to the configuration's 'models'$/,
    );
  });

  it('gives the same numbers for the same seed and others for another', async () => {
    const interval = async (seed: number) =>
      (await analyze(rows, { ...quick, seed })).curves[0]!.byItem.agreement[0]!.itemCorrelation.interval;
    const first = await interval(3);
    expect(await interval(3)).toEqual(first);
    expect(await interval(4)).not.toEqual(first);
  });

  it('treats genre and word as curves of their own', async () => {
    const genre = rows.map((row) => ({ ...row, task: 'genre', trial_index: Number(row.trial_index) + 5000 }));
    const { curves } = await analyze([...rows, ...genre]);
    expect(curves.map(({ task, metamerModel }) => `${task} ${metamerModel}`).sort()).toEqual([
      'genre branched',
      'genre cochcnn9',
      'word branched',
      'word cochcnn9',
    ]);
  });
});
