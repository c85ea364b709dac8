import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { type CochleagramParameters, cochleagramParameters } from '../../../cochlea/parameters.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';
import type { Classifier } from '../auditoryModel.ts';

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

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).optional(),
  input: z.enum(['cochleagram', 'waveform']).optional(),
  cochleagram: z.record(z.string(), z.union([z.number(), z.boolean()])).optional(),
  samples: z.number().int().positive().optional(),
  stages: z
    .array(z.strictObject({ name: z.string().min(1), tensor: z.string().min(1) }))
    .min(1)
    .optional(),
  classifiers: z
    .array(
      z.strictObject({
        task: z.enum(['word', 'genre']),
        stage: z.string(),
        labels: z.array(z.string()).min(1),
      }),
    )
    .optional(),
});

/**
 * Reads the description beside an ONNX file (`net.json` beside `net.onnx`); what it leaves out follows from the graph:
 * two axes or one channel of samples are a waveform, stages are the graph's outputs.
 *
 * @param path - The `.onnx` file.
 * @throws InputError when the description breaks a rule or does not fit the graph.
 */
export function readOnnxDescription(path: string, graph: OnnxGraph): OnnxDescription {
  const beside = path.replace(/\.onnx$/, '.json');
  const given = existsSync(beside)
    ? readJson(beside, schema, { what: 'the description of an ONNX file' })
    : { version: 1 as const };
  const shape = graph.inputs[0]!.shape;
  const isWaveform = shape.length === 2 || (shape.length === 3 && shape[1] === 1);
  const description: OnnxDescription = {
    name: given.name ?? basename(path, '.onnx'),
    input: given.input ?? (isWaveform ? 'waveform' : 'cochleagram'),
    cochleagram: parametersOf(given.cochleagram ?? {}, beside),
    samples: given.samples ?? (isWaveform && shape.at(-1) ? shape.at(-1)! : 40000),
    stages: given.stages ?? graph.outputs.map((name) => ({ name, tensor: name })),
    classifiers: given.classifiers ?? [],
  };
  const names = ['cochleagram', ...description.stages.map(({ name }) => name)];
  const lost = description.classifiers.find(({ stage }) => !names.includes(stage));
  if (lost)
    throw new InputError(
      `${beside}: classifier of '${lost.task}' must name a stage (${names.join(', ')}), got '${lost.stage}'; mend it`,
    );
  return description;
}

function parametersOf(given: Record<string, number | boolean>, path: string): CochleagramParameters {
  try {
    return cochleagramParameters(given);
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
