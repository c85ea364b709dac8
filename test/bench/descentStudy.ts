/**
 * Would another way down need fewer evaluations? Ways of lowering the same losses, each with the same number of gradient
 * evaluations: `fast` with the model's ear alone and with a coarse one first, restarts, noise added and withdrawn, rates
 * that begin anew, steps in other bases, second-order information. Runs that the JSON holds are not repeated:
 *
 *   npx tsx test/bench/descentStudy.ts test/bench/descentStudy.json branched-small conv3 1000 speech-no,speech-twenty 1,2 coarse,noise
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeJsonAtomic } from '../../src/base/files.ts';
import { createRandom } from '../../src/base/random.ts';
import { loadModel, readSound } from '../../src/index.ts';
import type { AuditoryModel } from '../../src/model/auditoryModel.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { withOversampling } from '../../src/model/withOversampling.ts';
import { median } from '../../src/statistics/estimates/descriptive.ts';
import { compileGradient, type Evaluation } from '../../src/synthesis/gradientProgram.ts';
import { lappedTransform } from '../../src/synthesis/lappedTransform.ts';
import { match } from '../../src/synthesis/objective.ts';
import { levelScaledAdam, type Optimizer, type OptimizerState } from '../../src/synthesis/optimizer.ts';
import { initialNoise, synthesisPresets } from '../../src/synthesis/presets.ts';
import { limitedMemoryDescent } from './limitedMemoryDescent.ts';

type Evaluate = (waveform: Float32Array) => Promise<Evaluation>;

/** One descent: what hears, how often it may be asked, and where it begins. */
interface Task {
  coarse: Evaluate;
  fine: Evaluate;
  evaluations: number;
  seed: number;
  samples: number;
}

/** One descent as the JSON holds it. */
export interface DescentRun {
  model: string;
  sound: string;
  stage: string;
  seed: number;
  evaluations: number;
  method: string;
  /** At the end, by the model's own ear. */
  loss: number;
  /** Of the processor, all threads together. */
  seconds: number;
  /** Evaluations and the loss at that time, by the ear at work. */
  curve: [number, number][];
}

const { optimizer: fastRule, coarse: shares } = synthesisPresets.fast;
const ofFast = { rate: 0.2, exponent: 1, momentum: 0.9, secondMomentum: 0.98, floor: 3e-3 };
const noiseShare = 0.05;
const starts = 4;

const methods: Record<string, (task: Task) => Promise<Float32Array>> = {
  fine: (task) => lowered({ ...task, coarse: task.fine }, fastRule(task.evaluations)),
  coarse: (task) => lowered(task, fastRule(task.evaluations)),
  bins512: (task) => lowered(task, levelScaledAdam({ ...ofFast, bins: 512, steps: task.evaluations })),
  bins8192: (task) => lowered(task, levelScaledAdam({ ...ofFast, bins: 8192, steps: task.evaluations })),
  async restarts(task) {
    const short = Math.round(task.evaluations / (2 * starts));
    const ends: { waveform: Float32Array; loss: number }[] = [];
    for (let i = 0; i < starts; i++) {
      const part = { ...task, evaluations: short - 1, seed: task.seed + 1000 * i, fine: task.coarse };
      const waveform = await lowered(part, fastRule(short));
      ends.push({ waveform, loss: (await task.coarse(waveform)).loss });
    }
    const best = ends.reduce((a, b) => (b.loss < a.loss ? b : a));
    const left = task.evaluations - starts * short;
    return lowered({ ...task, evaluations: left }, fastRule(left), { from: best.waveform });
  },
  async anew(task) {
    const half = Math.round(task.evaluations / 2);
    const from = await lowered({ ...task, evaluations: half, fine: task.coarse }, fastRule(half));
    const left = task.evaluations - half;
    return lowered({ ...task, evaluations: left }, fastRule(left), { from });
  },
  noise(task) {
    const { forward, inverse } = lappedTransform(task.samples, 2048);
    const random = createRandom(task.seed + 1);
    const half = task.evaluations / 2;
    return lowered(task, fastRule(task.evaluations), {
      change(state) {
        const share = noiseShare * (1 - state.step / half);
        if (share <= 0) return state;
        const changed = forward(state.waveform).map((value) => value * (1 + share * random.normal()));
        return { ...state, waveform: Float32Array.from(inverse(changed)) };
      },
    });
  },
  async secondOrder(task) {
    const half = Math.round(task.evaluations / 2);
    const from = await lowered({ ...task, evaluations: half, fine: task.coarse }, fastRule(half));
    const left = task.evaluations - half;
    const coarsely = Math.round(left * shares.share);
    const middle = await limitedMemoryDescent(task.coarse, from, coarsely);
    return limitedMemoryDescent(task.fine, middle, left - coarsely);
  },
};

/** As many steps as evaluations, the first share of them by the coarse ear; `change` may alter the state after each. */
async function lowered(
  { coarse, fine, evaluations, seed, samples }: Task,
  optimizer: Optimizer,
  {
    from,
    change = (state) => state,
  }: { from?: Float32Array; change?: (state: OptimizerState) => OptimizerState } = {},
): Promise<Float32Array> {
  const random = createRandom(seed);
  let state = optimizer.init(
    from ?? Float32Array.from({ length: samples }, () => initialNoise * random.normal()),
  );
  for (let step = 0; step < evaluations; step++) {
    const evaluate = step < Math.round(evaluations * shares.share) ? coarse : fine;
    state = change(optimizer.step(state, await evaluate(state.waveform)));
  }
  return state.waveform;
}

const [out, modelName, stage, evaluationsText, ...lists] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const [sounds, seeds, asked] = (lists as string[]).map((list) => list.split(',')) as [
  string[],
  string[],
  string[],
];
const evaluations = Number(evaluationsText);
const runs: DescentRun[] = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : [];
const model = loadModel(modelName);
const coarseModel = withOversampling(model, shares.oversampling);
const objective = match({ [stage]: 1 });
const programs = await Promise.all(
  [model, coarseModel].map((ear) => compileGradient(ear, objective, { threads: 1 })),
);
for (const sound of sounds) {
  const [fine, coarse] = await Promise.all(
    [model, coarseModel].map((ear, i) => evaluator(ear, programs[i]!, sound)),
  );
  for (const seed of seeds.map(Number))
    for (const method of asked) await run({ sound, seed, method, fine: fine!, coarse: coarse! });
}
tell();
await Promise.all(programs.map((program) => program.release()));

async function evaluator(
  ear: AuditoryModel,
  program: (typeof programs)[number],
  sound: string,
): Promise<Evaluate> {
  const { samples } = await readSound(sound, { model: ear });
  const [targets] = await computeActivations(ear, [samples], [stage], { threads: 1, form: 'fast', batch: 1 });
  return (waveform) => program.evaluate(waveform, targets!);
}

async function run({
  sound,
  seed,
  method,
  fine,
  coarse,
}: {
  sound: string;
  seed: number;
  method: string;
  fine: Evaluate;
  coarse: Evaluate;
}) {
  const what = { model: modelName, sound, stage, seed, evaluations, method };
  if (
    runs.some((each) => Object.entries(what).every(([key, value]) => each[key as keyof DescentRun] === value))
  )
    return;
  const curve: [number, number][] = [];
  let taken = 0;
  const counted =
    (evaluate: Evaluate): Evaluate =>
    async (waveform) => {
      const evaluation = await evaluate(waveform);
      if (taken % Math.ceil(evaluations / 10) === 0)
        curve.push([taken, Number(evaluation.loss.toPrecision(4))]);
      taken++;
      return evaluation;
    };
  const before = process.cpuUsage();
  const task = { coarse: counted(coarse), fine: counted(fine), evaluations, seed, samples: model.samples };
  const waveform = await methods[method]!(task);
  const { user, system } = process.cpuUsage(before);
  const { loss } = await fine(waveform);
  runs.push({
    ...what,
    loss: Number(loss.toPrecision(4)),
    seconds: Math.round((user + system) / 1e5) / 10,
    curve,
  });
  writeJsonAtomic(out, runs);
  process.stderr.write(
    `${sound} ${stage} seed ${seed} ${method}: ${loss.toExponential(2)} after ${taken} evaluations, ${(user + system) / 1e6} s\n`,
  );
}

/** Loss at the end of each method over that of `coarse` on the same sound from the same seed. */
function tell(): void {
  const keyOf = ({ model, sound, stage, seed, evaluations }: DescentRun) =>
    [model, sound, stage, seed, evaluations].join();
  const base = new Map(runs.filter(({ method }) => method === 'coarse').map((each) => [keyOf(each), each]));
  for (const method of Object.keys(methods)) {
    const all = runs.filter((each) => each.method === method && base.has(keyOf(each)));
    if (all.length === 0) continue;
    const of = (value: (each: DescentRun) => number) =>
      median(all.map((each) => value(each) / value(base.get(keyOf(each))!))).toFixed(2);
    process.stdout.write(
      `| ${method} | ${all.length} | ${of(({ loss }) => loss)} | ${of(({ seconds }) => seconds)} |\n`,
    );
  }
}
