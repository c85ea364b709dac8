import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analysisOf, analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { designsOf, type TaskDesign } from '../../../src/analysis/discrimination/design.ts';
import { type PairAnswers, sameDifferentLevels } from '../../../src/analysis/discrimination/sameDifferent.ts';
import { writeReport } from '../../../src/analysis/report/writeReport.ts';
import { createRandom } from '../../../src/base/random.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { forcedChoiceProportion } from '../../../src/statistics/signalDetection.ts';
import { temporaryFiles } from '../temporaryFiles.ts';

const { folder } = temporaryFiles();
const header =
  'participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct';
const stages = ['cochleagram', 'conv1', 'conv3', 'top.word'];
const quick = { permutations: 0, bootstrap: 1000 };

const readRows = (rows: readonly string[]) =>
  readTrials({ path: 'trials.csv', text: `${[header, ...rows].join('\n')}\n` });

/** Listeners with criteria around a mean tell pairs apart with known d′. */
function sameDifferent(
  distances: readonly number[],
  { meanCriterion = 0, criterionSd = 0.5, listeners = 24, sources = 60, seed = 1, observer = 'human' } = {},
): string[] {
  const random = createRandom(seed);
  return Array.from({ length: listeners }).flatMap((_, p) => {
    const criterion = meanCriterion + criterionSd * random.normal();
    return Array.from({ length: sources }, (__, source) => {
      const condition = (source + p) % (distances.length + 1);
      const distance = condition === 0 ? 0 : distances[condition - 1]!;
      const target = condition === 0 ? 'same' : 'different';
      const response = random.normal() + distance > criterion ? 'different' : 'same';
      const stage = condition === 0 ? '' : stages[condition - 1]!;
      const sound = condition === 0 ? 'natural,,' : `m/${stage},${stage},m`;
      return `p${p},${observer},same-different,main,${source},s${source},${sound},${target},${response},${target === response}`;
    });
  });
}

/** One level; listeners differ in criterion, sources in how well they are told apart. */
function pairAnswers({ distance, listeners, sources, seed }: Record<string, number>): PairAnswers {
  const random = createRandom(seed!);
  const criteria = Array.from({ length: listeners! }, () => 0.5 * random.normal());
  const cells = [...Array(listeners! * sources!).keys()];
  const isSame = (cell: number) => (Math.floor(cell / sources!) + (cell % sources!)) % 2 === 0;
  return {
    listener: Int32Array.from(cells, (cell) => Math.floor(cell / sources!)),
    source: Int32Array.from(cells, (cell) => cell % sources!),
    level: Int32Array.from(cells, (cell) => (isSame(cell) ? -1 : 0)),
    saysDifferent: Uint8Array.from(cells, (cell) =>
      random.normal() + (isSame(cell) ? 0 : distance!) > criteria[Math.floor(cell / sources!)]! ? 1 : 0,
    ),
    listeners: listeners!,
    sources: sources!,
  };
}

describe('a same–different study', () => {
  it('gives d′ and criterion apart: another criterion leaves d′ alone', async () => {
    const distances = [0.3, 1, 2, 3];
    for (const meanCriterion of [-0.5, 0.6]) {
      const rows = sameDifferent(distances, { meanCriterion, listeners: 40, sources: 100 });
      const { discrimination, curves } = analyzeTrials(await readRows(rows), parseAnalysisConfig(quick));
      expect(curves).toEqual([]);
      const [human] = discrimination[0]!.observers;
      expect(human!.criterionSd).toBeGreaterThan(0.35);
      expect(human!.criterionSd).toBeLessThan(0.65);
      human!.detection.forEach(({ level, sensitivity, sensitivityInterval, criterion, isAtLimit }, k) => {
        expect(level).toBe(stages[k]);
        expect(Math.abs(sensitivity - distances[k]!), `d′ at ${level}`).toBeLessThan(0.3);
        expect(Math.abs(criterion - (meanCriterion - distances[k]! / 2)), `c at ${level}`).toBeLessThan(0.3);
        expect(isAtLimit).toBe(false);
        expect(sensitivityInterval.low).toBeLessThan(distances[k]!);
        expect(sensitivityInterval.high).toBeGreaterThan(distances[k]!);
      });
    }
  });

  it('covers the true d′ with its interval in about 95 % of studies', () => {
    let covered = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const answers = pairAnswers({ distance: 1, listeners: 16, sources: 40, seed });
      const options = { random: createRandom(seed), resamples: 200 };
      const { low, high } = sameDifferentLevels(answers, ['conv1'], options).levels[0]!.sensitivityInterval;
      covered += low < 1 && high > 1 ? 1 : 0;
    }
    expect(covered).toBeGreaterThanOrEqual(43);
  });

  it('marks d′ as a lower bound where everything was called different', async () => {
    const table = await readRows(sameDifferent([12, 0.5]));
    const [first, second] = analyzeTrials(table, parseAnalysisConfig(quick)).discrimination[0]!.observers[0]!
      .detection;
    expect([first!.isAtLimit, second!.isAtLimit]).toEqual([true, false]);
    expect(first!.sensitivityInterval.high).toBeNaN();
    expect(first!.sensitivity).toBeGreaterThan(2);
  });

  it.each([
    ['S', 'D'],
    ['gleich', 'Verschieden'],
    ['yes', 'no'],
  ])('finds out that of %s and %s the target of the metamers means different', async (same, different) => {
    // A metamer may also be played twice.
    const rows = sameDifferent([0.5, 2], { listeners: 6, sources: 18 }).map((row, i) =>
      i % 18 === 0 ? row.replace(/natural,,,/, 'm/conv1,conv1,m,') : row,
    );
    expect(rows[0]).toContain('conv1,m,same');
    const named = rows.map((row) =>
      row.replace(/,same(?=,)/g, `,${same}`).replace(/,different(?=,)/g, `,${different}`),
    );
    const [known, found] = await Promise.all(
      [rows, named].map(async (given) => analyzeTrials(await readRows(given), parseAnalysisConfig(quick))),
    );
    expect(found!.discrimination[0]!.observers).toEqual(known!.discrimination[0]!.observers);
    expect(found!.curves).toEqual([]);
  });

  it('is refused where its answers do not tell which means different', async () => {
    const odd = sameDifferent([1]).map((row, i) => {
      const named = row.replace(/,same(?=,)/g, ',S').replace(/,different(?=,)/g, ',D');
      return i === 0 ? named.replace(/,[SD],\w+$/, ',perhaps,false') : named;
    });
    const table = await readRows(odd);
    expect(() => analyzeTrials(table, parseAnalysisConfig(quick))).toThrow(
      "trials.csv: task 'same-different' must have two answers, one the target of natural sounds and one of metamers, it has 's', 'perhaps', 'd'; name them same and different",
    );
  });

  it('treats a model as one listener with intervals over sources', async () => {
    const model = sameDifferent([0.5, 1], {
      listeners: 3,
      criterionSd: 0,
      sources: 120,
      observer: 'net',
    }).map((row, i) => row.replace(/^p\d+/, 'net').replace(/main,\d+/, `main,${i}`));
    const table = await readRows([...sameDifferent([1, 2]), ...model]);
    const { observers } = analyzeTrials(table, parseAnalysisConfig(quick)).discrimination[0]!;
    expect(observers.map(({ observer, listeners }) => [observer, listeners])).toEqual([
      ['human', 24],
      ['net', 0],
    ]);
    expect(observers[1]!.criterionSd).toBe(0);
    expect(observers[1]!.detection[1]!.sensitivityInterval.high).toBeGreaterThan(1);
  });

  it('is nowhere said to be recognition', async () => {
    const table = await readRows(sameDifferent([0.3, 1, 2, 3]));
    const out = join(folder, 'report');
    writeReport(out, table, analysisOf(table, parseAnalysisConfig(quick)), { toolkit: '1', node: '20' });
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toMatch(
      /same-different, metamers of [^:]+: listeners tell them from the original with d′ [\d.]+ at cochleagram/,
    );
    for (const text of [page, ...readdirSync(out, { recursive: true }).map(String)])
      expect(text).not.toMatch(/recogni/i);
  });
});

describe('a detection study', () => {
  /** The same answers, by yes and no to a change in one sound. */
  const asDetection = (rows: readonly string[]) =>
    rows.map((row) =>
      row
        .replace('same-different', 'hear')
        .replace(/,same(?=,)/g, ',no')
        .replace(/,different(?=,)/g, ',yes'),
    );

  it('gives d′, criterion and intervals of yes–no answers, and nothing that is about pairs', async () => {
    const rows = sameDifferent([0.5, 2], { listeners: 12, sources: 40 });
    const [pairs, changes] = await Promise.all(
      [rows, asDetection(rows)].map(async (given) =>
        analyzeTrials(await readRows(given), parseAnalysisConfig(quick)),
      ),
    );
    expect(changes!.curves).toEqual([]);
    const [task] = changes!.discrimination;
    expect(task!.design).toBe('detection');
    expect(task!.observers).toEqual(
      pairs!.discrimination[0]!.observers.map((observer) => ({
        ...observer,
        detection: observer.detection.map((line) => ({
          ...{ ...line, differencing: null, independentObservation: null },
        })),
      })),
    );
  });

  it('is reported as the detection of changes', async () => {
    const table = await readRows(asDetection(sameDifferent([0.5, 2])));
    const out = join(folder, 'detection');
    writeReport(out, table, analysisOf(table, parseAnalysisConfig(quick)), { toolkit: '1', node: '20' });
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toMatch(/listeners tell them from the original with d′ [\d.]+ at cochleagram/);
    expect(page).toContain('Yes–no answers (the signal: the change) were analyzed by detection theory');
    expect(page).toContain('The change is the signal.');
    for (const text of ['ifferencing', 'pairs', 'Same–different']) expect(page).not.toContain(text);
  });
});

describe('a forced choice', () => {
  it('gives d′ of its alternatives', async () => {
    const random = createRandom(4);
    const rows = Array.from({ length: 30 }).flatMap((_, p) =>
      Array.from({ length: 60 }, (__, source) => {
        const target = 1 + random.integer(3);
        const isRight = random.uniform() < forcedChoiceProportion(1.5, 3);
        const response = isRight ? target : 1 + (target % 3);
        return `p${p},human,odd-one,main,${source},s${source},m/conv1,conv1,m,${target},${response},${isRight}`;
      }),
    );
    const table = await readRows(rows);
    const known = analyzeTrials(table, parseAnalysisConfig({ ...quick, chance: { 'odd-one': 1 / 3 } }));
    const { alternatives, observers, notes } = known.discrimination[0]!;
    const [line] = observers[0]!.choice;
    expect([alternatives, notes]).toEqual([3, []]);
    expect(line!.sensitivity).toBeCloseTo(1.5, 0.7);
    expect(line!.sensitivityInterval.low).toBeLessThan(1.5);
    expect(line!.sensitivityInterval.high).toBeGreaterThan(1.5);
    const unknown = analyzeTrials(table, parseAnalysisConfig(quick)).discrimination[0]!;
    expect(unknown.alternatives).toBeNull();
    expect(unknown.observers[0]!.choice[0]!.sensitivity).toBeNaN();
    expect(unknown.notes.join()).toMatch(/state its chance level/);
  });
});

describe('designsOf', () => {
  it.each<[string, TaskDesign]>([
    ['same-different', 'same-different'],
    ['samedifferent', 'same-different'],
    ['Same or different', 'same-different'],
    ['AX', 'same-different'],
    ['2AFC', 'forced-choice'],
    ['3-afc', 'forced-choice'],
    ['abx', 'forced-choice'],
    ['odd-one-out', 'forced-choice'],
    ['word', 'recognition'],
    ['relax', 'recognition'],
    ['abx words', 'recognition'],
  ])('by the name of a task %s', async (task, design) => {
    const table = await readRows([`p1,human,${task},main,0,s0,natural,,,A,B,false`]);
    expect(designsOf(table).get(task)).toBe(design);
  });

  it.each<[string, [target: string, response: string][], TaskDesign]>([
    ['same and different', [['same', 'different']], 'same-different'],
    ['also in capitals', [['Same', 'DIFFERENT']], 'same-different'],
    ['also where some gave no answer', [['same', '']], 'same-different'],
    ['places', [['1', '2'], ['3', '1']], 'forced-choice'], // biome-ignore format: one line a case
    ['places in words', [['first', 'second']], 'forced-choice'],
    ['words', [['same', 'door']], 'recognition'],
    ['words, some of them places', [['left', 'open']], 'recognition'],
    ['numbers that are no places', [['17', '18']], 'recognition'],
    ['yes and no, to natural sounds the latter', [['no', 'Yes'], ['No', '']], 'detection'], // biome-ignore format: one line a case
    ['the words yes and no', [['yes', 'no'], ['no', 'yes']], 'recognition'], // biome-ignore format: one line a case
    ['words, no among them', [['no', 'door']], 'recognition'],
  ])('by answers that are %s', async (_, answers, design) => {
    const rows = answers.map(
      ([target, response], i) => `p1,human,task,main,${i},s${i},natural,,,${target},${response},false`,
    );
    const table = await readRows(rows);
    expect(designsOf(table).get('task')).toBe(design);
    expect(designsOf(table, { task: 'recognition' }).get('task')).toBe('recognition');
  });
});
