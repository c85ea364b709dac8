import { InputError } from '../../base/inputError.ts';
import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';
import type { AuditoryModel } from '../auditoryModel.ts';
import type { OnnxDescription } from './onnxDescription.ts';

/**
 * A graph's description for sounds of another length than its own, without the stages that take no other.
 *
 * @param own - Its description.
 * @param asked - The same for the other length; `takes` says whether a tensor of the graph can be computed then.
 * @returns What is left of it, and the network's own length where the other is another.
 * @throws InputError when the graph takes sounds of one length.
 */
export function forOtherLength(
  graph: OnnxGraph,
  own: OnnxDescription,
  { other, takes }: { other: OnnxDescription; takes: (tensor: string, other: OnnxDescription) => boolean },
): { described: OnnxDescription } & Pick<AuditoryModel, 'ownLength'> {
  if (other.samples === own.samples) return { described: own };
  const seconds = own.samples / own.cochleagram.sampleRateHz;
  if (graph.inputs[0]!.shape.at(-1)! > 0)
    throw new InputError(
      `must be left out for ${own.name}, which was exported for sounds of ${seconds} s alone; export it with an open size along time to take others`,
      { option: 'durationSeconds' },
    );
  const stages = other.stages.filter(({ tensor }) => takes(tensor, other));
  const has = (name: string) => name === 'cochleagram' || stages.some((stage) => stage.name === name);
  return {
    described: { ...other, stages, classifiers: other.classifiers.filter(({ stage }) => has(stage)) },
    ownLength: { seconds, stages: own.stages.map(({ name }) => name).filter((name) => !has(name)) },
  };
}
