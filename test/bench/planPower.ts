/**
 * Does `metamer analyze --plan` count what the report's tests would? Its searches begin where those of a like study ended and
 * stop early, and it fits only the models that its tests need. Here the same simulated studies are also tested as in a
 * report: every model from its own start, searched to the end. Prints a Markdown table:
 *
 *   npx tsx test/bench/planPower.ts [studies of each design]
 */
import { randomTerms } from '../../src/analysis/byStage/answersDesign.ts';
import { mixedInference, proportionTests } from '../../src/analysis/byStage/mixedInference.ts';
import { humansByStage, humansWithModel } from '../../src/analysis/byStage/planTests.ts';
import { type CompletePlan, parsePowerPlan } from '../../src/analysis/power/plan.ts';
import { simulateStudy } from '../../src/analysis/power/simulateStudy.ts';

const studies = Number(process.argv[2] ?? 60);
const curve = (human: readonly number[], model: readonly number[]) =>
  human.map((proportion, k) => ({ level: `stage ${k}`, human: proportion, model: model[k]! }));
const designs: Record<string, { participants: number; plan: object }> = {
  'no effect': {
    participants: 12,
    plan: { trialsPerLevel: 6, levels: curve([0.6, 0.6, 0.6, 0.6], [0.6, 0.6, 0.6, 0.6]) },
  },
  'an interaction': {
    participants: 12,
    plan: { trialsPerLevel: 8, levels: curve([0.85, 0.75, 0.55, 0.4], [0.85, 0.75, 0.7, 0.65]) },
  },
  'few sources': {
    participants: 10,
    plan: { trialsPerLevel: 4, sources: 16, levels: curve([0.8, 0.6, 0.3], [0.8, 0.7, 0.6]) },
  },
  'near chance and near ceiling': {
    participants: 16,
    plan: { trialsPerLevel: 6, levels: curve([0.97, 0.9, 0.3, 0.04], [0.97, 0.9, 0.5, 0.2]) },
  },
};

process.stdout.write(
  '| design | test | power, plan | power, report | decided otherwise | largest difference of p |\n',
);
process.stdout.write('|---|---|---|---|---|---|\n');
const seconds = { plan: 0, report: 0 };
for (const [name, { participants, plan }] of Object.entries(designs)) compare(name, participants, plan);
process.stdout.write(
  `\n${studies} studies a design; processor time: plan ${seconds.plan.toFixed(0)} s, report ${seconds.report.toFixed(0)} s.\n`,
);

function compare(name: string, participants: number, own: object): void {
  const parsed = parsePowerPlan({ participants: [participants], participantSd: 0.5, itemSd: 0.8, ...own });
  const plan = {
    ...parsed,
    sources: parsed.sources ?? parsed.trialsPerLevel * parsed.levels!.length,
  } as CompletePlan;
  const warm = searchesOf(plan, participants);
  const lines = new Map<string, { plan: number; report: number; otherwise: number; most: number }>();
  for (let index = 0; index < studies; index++) {
    const { humans, withModel } = simulateStudy(plan, participants, index);
    const fast = timed('plan', () => [
      ...humansWithModel(withModel!, warm).tests,
      ...humansByStage(humans, warm).tests,
    ]);
    const full = timed('report', () => [
      ...proportionTests(withModel!, randomTerms(withModel!)),
      ...mixedInference(humans, 'human').tests.map((test) => ({ ...test, effect: 'stage (humans)' })),
    ]);
    for (const { effect, p } of fast) {
      const other = full.find((test) => test.effect === effect)!.p;
      const line = lines.get(effect) ?? { plan: 0, report: 0, otherwise: 0, most: 0 };
      lines.set(effect, line);
      line.plan += Number(p < plan.alpha);
      line.report += Number(other < plan.alpha);
      line.otherwise += Number(p < plan.alpha !== other < plan.alpha);
      line.most = Math.max(line.most, Math.abs(p - other));
    }
  }
  for (const [effect, line] of lines) {
    const [fast, full] = [line.plan, line.report].map((count) => (count / studies).toFixed(3));
    process.stdout.write(
      `| ${name} | ${effect} | ${fast} | ${full} | ${line.otherwise} | ${line.most.toExponential(1)} |\n`,
    );
  }
}

function searchesOf(plan: CompletePlan, participants: number) {
  const { humans, withModel } = simulateStudy(plan, participants, 0);
  return { ...humansWithModel(withModel!).searches, ...humansByStage(humans).searches };
}

function timed<Value>(what: keyof typeof seconds, make: () => Value): Value {
  const begun = process.cpuUsage().user;
  const value = make();
  seconds[what] += (process.cpuUsage().user - begun) / 1e6;
  return value;
}
