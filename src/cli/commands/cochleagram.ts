import { rmSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { createExactCochleagram, type ExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import {
  type CochleagramParameters,
  cochleagramParameters,
  defaultCochleagramParameters,
} from '../../../cochlea/parameters.ts';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { readNpy, writeNpy } from '../../formats/npy.ts';
import { type Command, counting, type Flag, type Flags, numberFlag } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { oversamplingFlag } from '../flags/oversamplingFlag.ts';
import { readFlaggedSound, soundFlags } from '../flags/soundFlags.ts';
import { printResult } from '../terminal/printResult.ts';

const outputFormats = ['.npy', '.png', '.svg'];

/** Flags that are cochleagram parameters, by their name there. */
const parameterFlags = {
  sampleRateHz: ['--sample-rate-hz', 'rate the sound is resampled to, Hz', counting],
  filters: ['--filters', 'half-cosine filters between the limits, before overcompleteness', counting],
  lowHz: ['--low-hz', 'lower limit of the filterbank, Hz', { min: 0 }],
  highHz: ['--high-hz', 'upper limit of the filterbank, Hz', { min: 0 }],
  overcomplete: ['--overcomplete', 'filters a critically sampled filter: 1, 2, 4, …', counting],
  envelopeRateHz: ['--envelope-rate-hz', 'frames a second; divides the sample rate', { min: 0.001 }],
  power: ['--power', 'exponent of the compression', { min: 0 }],
  offset: ['--offset', 'added to the envelope before the compression', { min: 0 }],
  padFactor: ['--pad-factor', 'length the sound is padded to with zeros, in its own lengths', { min: 1 }],
} as const;

/** `metamer cochleagram`: the exact cochleagram of a sound, as an array or a figure. */
export const cochleagramCommand: Command = {
  arguments: '<sound>',
  flags: [
    {
      flag: '--out <file>',
      help: 'array (.npy, float32 [channels, frames]) or figure (.svg, .png)',
      required: true,
    },
    {
      flag: '--form <form>',
      help: 'exact (float64) or fast (the form inside the models, float32)',
      choices: ['exact', 'fast'],
      default: 'exact',
    },
    earFlag,
    oversamplingFlag,
    {
      flag: '--cotangent <file>',
      help: 'weights of the cochleagram, .npy of its shape; with --gradient',
    },
    {
      flag: '--gradient <file>',
      help: 'receives the gradient of the sum of weights times cochleagram with respect to the waveform, .npy',
    },
    ...Object.entries(parameterFlags).map(
      ([name, [flag, help, range]]): Flag => ({
        flag: `${flag} <n>`,
        help,
        default: defaultCochleagramParameters[name as keyof typeof parameterFlags],
        parse: numberFlag(flag, range),
      }),
    ),
    {
      flag: '--duration-seconds <s>',
      help: 'length of the excerpt (default: the whole file)',
      parse: numberFlag('--duration-seconds', { min: 0.001 }),
    },
    ...soundFlags,
    { flag: '--overwrite', help: 'replace an existing file' },
    { flag: '--json', help: 'print shape, center frequencies (Hz) and duration as JSON' },
  ],
  examples: [
    'metamer cochleagram word.wav --out word.png',
    'metamer cochleagram word.wav --ear impaired.json --out impaired.png',
    'metamer cochleagram word.wav --out word.npy --sample-rate-hz 16000 --filters 40 --low-hz 20 --high-hz 7000 --overcomplete 2 --json',
  ],
  run: runCochleagram,
};

async function runCochleagram([sound]: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  if (!outputFormats.includes(extname(out)))
    throw new InputError(
      `--out must end in ${outputFormats.join(', ')}, got '${out}'; add one of these endings`,
    );
  refuseToOverwrite(out, Boolean(flags['overwrite']));
  const parameters = cochleagramParameters(parametersOf(flags));
  const durationSeconds = (flags['durationSeconds'] as number | undefined) ?? null;
  const { samples } = await readFlaggedSound(sound!, flags, {
    sampleRateHz: parameters.sampleRateHz,
    durationSeconds,
  });
  const ear = earFor(sound!, parameters, samples.length);
  const cotangent = cotangentOf(flags, ear);
  const { values, gradient } =
    flags['form'] === 'fast'
      ? await fastForm(parameters, samples, { cotangent, oversampling: Number(flags['oversampling']) })
      : { values: ear.analyze(samples), gradient: cotangent && ear.gradient(samples, cotangent) };
  const gradientPath = String(flags['gradient']);
  if (gradient) writeNpy(gradientPath, Float32Array.from(gradient));
  try {
    await write(out, ear, values, basename(sound!));
  } catch (error) {
    if (gradient) rmSync(gradientPath);
    throw error;
  }
  report(out, ear, samples.length, flags);
  return 0;
}

function parametersOf(flags: Flags): Partial<CochleagramParameters> {
  const numbers = Object.keys(parameterFlags).map((name) => [name, flags[name]]);
  const { ear } = earOption(flags);
  return { ...Object.fromEntries(numbers), ...(ear ? { impairment: ear } : {}) };
}

/** The ear for a sound of that length; a refusal names the sound. */
function earFor(sound: string, parameters: CochleagramParameters, samples: number): ExactCochleagram {
  try {
    return createExactCochleagram(parameters, samples);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${sound}: ${error.message}`, { cause: error });
  }
}

/** Weights for the gradient, when it is asked for. */
function cotangentOf(flags: Flags, ear: ExactCochleagram): Float32Array | undefined {
  const [path, out] = [flags['cotangent'], flags['gradient']] as (string | undefined)[];
  if (path === undefined && out === undefined) return undefined;
  if (path === undefined || out === undefined || extname(out) !== '.npy')
    throw new InputError('--cotangent and --gradient must be given together, both .npy files; name both');
  if (resolve(out) === resolve(String(flags['out'])))
    throw new InputError(`--gradient must be another file than --out, both are ${out}; name two`);
  refuseToOverwrite(out, Boolean(flags['overwrite']));
  const { values, shape } = readNpy(path);
  const { channels, frames } = ear;
  if (shape.length !== 2 || shape[0] !== channels || shape[1] !== frames)
    throw new InputError(
      `${path} must be of shape [${channels}, ${frames}], it is of [${shape.join(', ')}]; give one weight a point of the cochleagram`,
    );
  return Float32Array.from(values);
}

/** The form inside the models, in float32. */
async function fastForm(
  parameters: CochleagramParameters,
  samples: Float32Array,
  { cotangent, oversampling }: { cotangent: Float32Array | undefined; oversampling: number },
) {
  const { createFastCochleagram } = await import('../../../cochlea/fastCochleagram.ts');
  const { compile } = await import('../../engine/compile.ts');
  const { tf } = await import('../../engine/tf.ts');
  const fast = createFastCochleagram(parameters, { oversampling });
  const program = await compile(
    ({ waveform }) => {
      const values = { values: fast(waveform) };
      if (!cotangent) return values as Record<string, typeof waveform>;
      const weighted = (x: typeof waveform) =>
        tf.sum(tf.mul(tf.reshape(fast(x), [cotangent.length]), tf.tensor1d(cotangent)));
      return { ...values, gradient: tf.grad(weighted)(waveform) };
    },
    { waveform: { shape: [1, samples.length] } },
  );
  const { values, gradient } = await program.run({ waveform: samples });
  await program.release();
  return { values: values!, gradient };
}

async function write(
  out: string,
  ear: ExactCochleagram,
  values: ArrayLike<number>,
  title: string,
): Promise<void> {
  if (extname(out) === '.npy') {
    writeNpy(out, Float32Array.from(values), [ear.channels, ear.frames]);
    return;
  }
  const { cochleagramSvg } = await import('../../figures/cochleagramFigure.ts');
  const svg = cochleagramSvg({ ...ear, values }, { title });
  if (extname(out) === '.svg') {
    writeFileAtomic(out, svg);
    return;
  }
  const { svgToPng } = await import('../../figures/svgToPng.ts');
  writeFileAtomic(out, await svgToPng(svg));
}

function report(out: string, ear: ExactCochleagram, samples: number, flags: Flags): void {
  const seconds = samples / ear.parameters.sampleRateHz;
  const { channels, frames, centerFrequenciesHz } = ear;
  const result = { out, shape: [channels, frames], seconds, centerFrequenciesHz };
  const [lowest, highest] = [centerFrequenciesHz[0]!, centerFrequenciesHz.at(-1)!].map((hz) => hz.toFixed(1));
  const line = `${out}: ${channels} channels (centers ${lowest} to ${highest} Hz) by ${frames} frames, ${seconds} s of sound\n`;
  printResult(flags, result, () => line);
}
