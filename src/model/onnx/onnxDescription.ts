import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { type CochleagramParameters, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';
import type { Classifier } from '../auditoryModel.ts';
import { describedEar, describedSamples, parametersAt } from '../modelDescription.ts';
import { earBesideWaveform } from './earBesideWaveform.ts';

/** What an ONNX file does not tell by itself. */
export interface OnnxDescription {
  name: string;
  /** What the graph takes: our cochleagram ([batch, 1, channels, frames] or [batch, channels, frames]) or the waveform. */
  input: 'cochleagram' | 'waveform';
  cochleagram: CochleagramParameters;
  /** Length of the sounds, samples. */
  samples: number;
  /** Stages in processing order: name, and the tensor of the graph that holds it. */
  stages: readonly { name: string; tensor: string }[];
  classifiers: readonly Classifier[];
}

const probability = z.number().min(0).max(1);
// A task is a key of what is printed, beside the sound itself.
const task = z
  .string()
  .regex(/^\p{L}[\p{L}\p{N}_. -]*$/u, 'a task is a word that begins with a letter')
  .refine((name) => name !== 'sound' && !(name in {}), 'a task must have another name than this');
// A stage is a folder of the runs that match it, and stands in lists of stages with their weights.
const stageName = z
  .string()
  .regex(/^[^\s./\\:,+][^/\\:,+]*$/u, 'a stage begins with no dot and has none of / \\ : , +');
const label = z.string().min(1);

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).optional(),
  input: z.enum(['cochleagram', 'waveform']).optional(),
  sampleRateHz: z.number().positive().optional(),
  cochleagram: describedEar.optional(),
  samples: describedSamples.optional(),
  stages: z
    .array(z.strictObject({ name: stageName, tensor: z.string().min(1) }))
    .min(1)
    .optional(),
  classifiers: z
    .array(
      z.strictObject({
        task,
        stage: z.string(),
        labels: z.array(label).min(1),
        several: z.boolean().optional(),
        recognized: z
          .union([z.strictObject({ top: z.number().int().min(1) }), z.strictObject({ above: probability })])
          .optional(),
      }),
    )
    .optional(),
});

type Given = z.infer<typeof schema>;

/** Seconds of sound where neither graph nor description say how many. */
export const usualSeconds = 2;

/**
 * Reads the description beside an ONNX file (`net.json` beside `net.onnx`); what it leaves out follows from the graph:
 * two axes or one channel of samples are a waveform, stages are the graph's outputs.
 *
 * @param path - The `.onnx` file.
 * @param options - `durationSeconds`: another length of the sounds than the description's.
 * @throws InputError when the description breaks a rule or does not fit the graph.
 */
export function readOnnxDescription(
  path: string,
  graph: OnnxGraph,
  { durationSeconds }: { durationSeconds?: number | undefined } = {},
): OnnxDescription {
  const beside = path.replace(/\.onnx$/, '.json');
  const given: Given = existsSync(beside)
    ? readJson(beside, schema, { what: 'the description of an ONNX file' })
    : { version: 1 };
  const input = given.input ?? inputOf(graph);
  const sampleRateHz = rateOf(given, beside);
  const fixed = input === 'waveform' ? graph.inputs[0]!.shape.at(-1) || undefined : undefined;
  const samples =
    durationSeconds === undefined
      ? (given.samples ?? fixed ?? usualSeconds * sampleRateHz)
      : Math.round(durationSeconds * sampleRateHz);
  const usualEar = input === 'waveform' ? earBesideWaveform(sampleRateHz, samples) : { sampleRateHz };
  const cochleagram = parametersAt(beside, { ...usualEar, ...given.cochleagram });
  const description: OnnxDescription = {
    name: given.name ?? basename(path, '.onnx'),
    ...{ input, cochleagram, samples },
    stages: given.stages ?? graph.outputs.map((tensor) => ({ name: stageOf(tensor), tensor })),
    classifiers: (given.classifiers ?? []) as Classifier[],
  };
  requireNames(description, beside);
  return description;
}

/**
 * Refuses a graph that takes more than a sound, or nothing.
 *
 * @param path - The `.onnx` file, for the message.
 * @throws InputError naming its inputs.
 */
export function requireOneInput(path: string, { inputs }: Pick<OnnxGraph, 'inputs'>): void {
  if (inputs.length === 1) return;
  const names = inputs.length === 0 ? '' : ` (${inputs.map(({ name }) => name).join(', ')})`;
  throw new InputError(
    `${path} must have one input, it has ${inputs.length}${names}; export it with the sound alone`,
  );
}

/** A tensor's name as that of a stage: `Identity:0` is `Identity_0`. */
const stageOf = (tensor: string) => tensor.replace(/^[\s./\\]+/, '').replace(/[/\\:,+]/g, '_') || 'output';

/**
 * What a graph takes, as far as its shape tells.
 *
 * @param graph - The graph, of one input.
 */
export function inputOf(graph: Pick<OnnxGraph, 'inputs'>): OnnxDescription['input'] {
  const { shape } = graph.inputs[0]!;
  return shape.length === 2 || (shape.length === 3 && shape[1] === 1) ? 'waveform' : 'cochleagram';
}

function rateOf({ sampleRateHz, cochleagram }: Given, beside: string): number {
  const ofEar = cochleagram?.['sampleRateHz'];
  if (sampleRateHz !== undefined && ofEar !== undefined && ofEar !== sampleRateHz)
    throw new InputError(
      `${beside}: sampleRateHz must be that of the cochleagram, they are ${sampleRateHz} and ${String(ofEar)}; leave one out`,
    );
  return sampleRateHz ?? (typeof ofEar === 'number' ? ofEar : defaultCochleagramParameters.sampleRateHz);
}

function requireNames({ stages, classifiers }: OnnxDescription, beside: string): void {
  const names = ['cochleagram', ...stages.map(({ name }) => name)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(
      `${beside}: stages must have different names, '${twice}' stands twice (cochleagram is always there); rename one`,
    );
  const lost = classifiers.find(({ stage }) => !names.includes(stage));
  if (lost)
    throw new InputError(
      `${beside}: classifier of '${lost.task}' must name a stage (${names.join(', ')}), got '${lost.stage}'; mend it`,
    );
  const tasks = classifiers.map((classifier) => classifier.task);
  const double = tasks.find((name, i) => tasks.indexOf(name) !== i);
  if (double !== undefined)
    throw new InputError(
      `${beside}: classifiers must have different tasks, '${double}' stands twice; rename one`,
    );
}
