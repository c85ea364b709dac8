/**
 * What sounds of 0.5 to 60 s take: time of a gradient at the last stage that a model offers then, and memory of the process.
 *
 * Prints the rows of the table in docs/guides/lengths.md. Each row is measured in a process of its own, after one run of the
 * graph; what is refused prints its sentence.
 *
 *   npx tsx test/bench/lengths.ts                         # all models that have a name
 *   npx tsx test/bench/lengths.ts net.onnx 0.5 2 10 60    # one model
 *   npx tsx test/bench/lengths.ts texture 60 --stage statistics
 */
import { execFileSync } from 'node:child_process';
import { createRandom } from '../../src/base/random.ts';
import { stageShape } from '../../src/model/auditoryModel.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { compileGradient } from '../../src/synthesis/gradientProgram.ts';
import { match } from '../../src/synthesis/objective.ts';

const models = ['branched-small', 'cochcnn9', 'cochresnet50', 'kell2018', 'texture', 'spectemp'];
const lengthsSeconds = ['0.5', '2', '10', '60'];
const [first, second] = [process.argv.indexOf('--stage'), process.argv.length];
const stage = first < 0 ? undefined : process.argv[first + 1];
const [model, ...lengths] = process.argv.slice(2, first < 0 ? second : first);

/** One row: model, seconds, stage, milliseconds of processor time of one gradient, memory at its largest. */
async function row(name: string, seconds: string): Promise<string> {
  const loaded = loadModel(name, { durationSeconds: Number(seconds) });
  const last = stage ?? loaded.stages.at(-1)!.name;
  const program = await compileGradient(loaded, match({ [last]: 1 }));
  const random = createRandom(1);
  const waveform = Float32Array.from({ length: loaded.samples }, () => 0.1 * random.normal());
  const target = new Float32Array(stageShape(loaded, last).reduce((a, b) => a * b, 1));
  await program.evaluate(waveform, [target]);
  const before = process.cpuUsage();
  await program.evaluate(waveform, [target]);
  const { user, system } = process.cpuUsage(before);
  const gigabytes = process.resourceUsage().maxRSS / 1e6;
  const milliseconds = (user + system) / 1e3;
  return [loaded.name, seconds, `\`${last}\``, milliseconds.toPrecision(2), gigabytes.toFixed(1)].join(' | ');
}

if (model !== undefined && lengths.length === 1)
  process.stdout.write(
    `| ${await row(model, lengths[0]!).catch((error: Error) => `${model} | ${lengths[0]} | ${error.message}`)} |\n`,
  );
else
  for (const name of model === undefined ? models : [model])
    for (const seconds of lengths.length > 0 ? lengths : lengthsSeconds) {
      const given = [...process.execArgv, process.argv[1]!, name, seconds];
      execFileSync(process.execPath, [...given, ...(stage === undefined ? [] : ['--stage', stage])], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    }
