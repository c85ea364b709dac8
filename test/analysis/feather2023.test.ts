import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyzeTrials } from '../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../src/analysis/config.ts';
import { readCsvTable } from '../../src/base/readCsv.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { type SimulatedRow, trialsCsv } from './simulateTrials.ts';
import { temporaryFiles } from './temporaryFiles.ts';

const { write } = temporaryFiles();
const folder = new URL('../reference/feather2023/', import.meta.url);

/** Smallest number of trials of which both proportions are whole counts. */
function trialCount(first: number, second: number): number {
  const isWhole = (x: number) => Math.abs(x - Math.round(x)) < 1e-9;
  for (let n = 1; n <= 60; n++) if (isWhole(first * n) && isWhole(second * n)) return n;
  throw new Error(`no count of trials gives ${first} and ${second}`);
}

/** Trials that have the released proportions: the network answers the very sounds that the participant heard. */
function trialsOf(model: string): SimulatedRow[] {
  const { rows } = readCsvTable(new URL(`experiment1_${model}.csv`, folder).pathname);
  const cells = new Map<string, Record<string, number>>();
  for (const [participant, observer, stage, , value] of rows) {
    const key = `${participant}\n${stage}`;
    cells.set(key, { ...cells.get(key), [observer!]: Number(value) });
  }
  return [...cells].flatMap(([key, { human, network }]) => {
    const [participant, stage] = key.split('\n');
    const n = trialCount(human!, network!);
    const isNatural = stage === 'natural_audio';
    return Array.from({ length: n }, (_, i) => i).flatMap((i) =>
      ['human', model].map((observer) => {
        const correct = i < Math.round((observer === 'human' ? human! : network!) * n);
        return {
          study: 'experiment1',
          participant: observer === 'human' ? participant! : model,
          observer,
          task: 'word',
          block: 'main',
          trial_index: i,
          source_id: `${participant}-${stage}-${i}`,
          condition: isNatural ? 'natural' : `${model}/${stage}`,
          stage: isNatural ? '' : stage!,
          metamer_model: isNatural ? '' : model,
          target: 'a',
          response: correct ? 'a' : 'b',
          correct,
          rt_ms: '',
          play_valid: true,
          excluded: false,
          exclusion_rules: '',
          started_at: '',
          responded_at: '',
        };
      }),
    );
  });
}

describe('metamer analyze on trials with the proportions of Experiment 1 of Feather et al. (2023)', () => {
  it.each(['cochresnet50', 'kell2018'])('finds the released analysis of variance of %s', async (model) => {
    const published = (
      JSON.parse(readFileSync(new URL('experiment1_anova.json', folder), 'utf8')) as {
        model: string;
        table: Record<string, Record<string, number>>;
      }[]
    ).find((entry) => entry.model === model)!.table;
    const table = await readTrials(write(`${model}.csv`, trialsCsv(trialsOf(model))));
    const config = parseAnalysisConfig({
      permutations: 200,
      bootstrap: 1000,
      exclusions: { repeatedAnswers: null },
    });
    const [curve] = analyzeTrials(table, config).curves;
    const mixed = curve!.inference.anovas.find(({ design }) => design === 'mixed')!.table;
    for (const [ours, theirs] of [
      ['between', 'network_or_human'],
      ['within', '(Intercept):layer'],
      ['between:within', 'network_or_human:layer'],
    ] as const) {
      const printed = (value: number) => Number(value.toPrecision(5));
      expect(printed(mixed[ours]!.f)).toBe(published[theirs]!['F']);
      expect(printed(mixed[ours]!.pGreenhouseGeisser)).toBe(published[theirs]!['pValueGG']);
      expect(printed(mixed[ours]!.partialEtaSquared)).toBe(published[theirs]!['partial_etaSquared']);
    }
    expect(curve!.recognition.levels.at(-1)).toBe('final');
    expect(curve!.recognition.models[0]!.coverage).toBe(1);
  });

  it('has the published means: humans .820 on natural sounds and .118 at layer4, the network .987', async () => {
    const table = await readTrials(write('resnet.csv', trialsCsv(trialsOf('cochresnet50'))));
    const config = parseAnalysisConfig({
      permutations: 0,
      bootstrap: 1000,
      exclusions: { repeatedAnswers: null },
    });
    const [curve] = analyzeTrials(table, config).curves;
    const at = (observer: string, level: string) =>
      curve!.summaries.find((line) => line.observer === observer && line.level === level)!.proportionCorrect;
    expect(at('human', 'natural')).toBeCloseTo(0.82, 3);
    expect(at('human', 'layer4_fake_relu')).toBeCloseTo(0.118, 3);
    // As published: over participants, each with the network's answers to the sounds that were heard.
    const { levels, models } = curve!.recognition;
    const level = levels.indexOf('layer4_fake_relu');
    const shares = Array.from(models[0]!.trials.filter((_, cell) => cell % levels.length === level)).map(
      (trials, participant) => models[0]!.correct[participant * levels.length + level]! / trials,
    );
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeCloseTo(0.987, 3);
    // Ours: over sounds, each once; the cells hold unequal numbers of them.
    expect(at('cochresnet50', 'layer4_fake_relu')).toBeCloseTo(0.983, 3);
    expect(curve!.recognition.levels).toEqual([
      'natural',
      'input_after_preproc',
      'conv1_relu1_fake_relu',
      'layer1_fake_relu',
      'layer2_fake_relu',
      'layer3_fake_relu',
      'layer4_fake_relu',
      'avgpool',
      'final',
    ]);
  });
});
