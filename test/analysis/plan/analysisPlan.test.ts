import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { readAnalysisPlan, underPlan } from '../../../src/analysis/plan/analysisPlan.ts';
import { planReport } from '../../../src/analysis/plan/planReport.ts';
import { planAnswer } from '../../../src/analysis/report/planText.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';
import { temporaryFiles } from '../temporaryFiles.ts';

const { write } = temporaryFiles();
const primaryTest = { task: 'word', metamerModel: 'cochcnn9', effect: 'observer × stage' };
const planned = (plan: object) =>
  readAnalysisPlan(write('plan.json', JSON.stringify({ format: 1, primaryTest, ...plan })));
const config = (own: object = {}) => parseAnalysisConfig({ permutations: 0, bootstrap: 1000, ...own });
const trials = trialsCsv(simulateTrials({ ...smallStudy, participants: 8, sources: 60, answers: 60 }));
const analyze = async (own = config()) => analyzeTrials(await readTrials(write('trials.csv', trials)), own);

describe('a plan that was fixed before the data', () => {
  it('is named by the hash of its file, and was followed', async () => {
    const plan = planned({ alpha: 0.01, participants: 8 });
    const report = planReport(plan, await analyze());
    const bytes = readFileSync(plan.path);
    expect(report.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect([report.isFollowed, report.deviations, report.alpha]).toEqual([true, [], 0.01]);
    expect(report.p).toBeLessThan(0.01);
    expect(report.isSignificant).toBe(true);
  });

  it.each<[string, object, object, RegExp]>([
    ['the number of participants', { participants: 20 }, {}, /^20 participants were planned, 8 are analyzed/],
    [
      'an exclusion rule',
      { exclusions: { catch: { leastCorrect: 0.8 } } },
      { exclusions: { catch: { leastCorrect: 0.5 } } },
      /^Exclusion rule 'catch': {"leastCorrect":0.8} was planned, {"leastCorrect":0.5} is used/,
    ],
    [
      'the primary test',
      { primaryTest: { ...primaryTest, metamerModel: 'other' } },
      {},
      /^The primary test \(observer × stage, word, metamers of other\) could not be made/,
    ],
  ])('says where it was not followed: %s', async (_, plan, own, sentence) => {
    const frozen = planned(plan);
    const settings = underPlan(config(own), frozen);
    const { isFollowed, deviations } = planReport(frozen, await analyze(settings));
    expect(isFollowed).toBe(false);
    expect(deviations).toEqual([expect.stringMatching(sentence)]);
  });

  it('gives its exclusions to a configuration that states none', () => {
    const frozen = planned({ exclusions: { practice: null } });
    expect(underPlan(config(), frozen).exclusions.practice).toBeNull();
    expect(underPlan(config({ exclusions: { recorded: false } }), frozen).exclusions.practice).not.toBeNull();
  });

  it('stands in the report with its hash and outcome', async () => {
    const results = await analyze();
    expect(planAnswer(results)).toBe('');
    const html = planAnswer({ ...results, plan: planReport(planned({ participants: 9 }), results) });
    expect(html).toMatch(/Primary test: observer × stage .*p (=|&lt;) .*, significant at α = 0.05/);
    expect(html).toMatch(/The plan was not followed:.*9 participants were planned/);
    expect(html).toMatch(/SHA-256 <code>[0-9a-f]{64}<\/code>/);
  });

  it('is refused with what is wrong', () => {
    expect(() => planned({ alpha: 2 })).toThrow(/alpha/);
    expect(() => planned({ primaryTest: { ...primaryTest, effect: 'all' } })).toThrow(/effect/);
  });
});

it('results name the settings and each input with its hash', async () => {
  const { configuration, inputs } = await analyze(config({ seed: 7 }));
  expect(configuration.seed).toBe(7);
  expect(inputs).toEqual([
    {
      path: expect.stringMatching(/trials\.csv$/),
      sha256: createHash('sha256').update(trials).digest('hex'),
      bytes: Buffer.byteLength(trials),
    },
  ]);
});
