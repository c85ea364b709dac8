import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec, TensorFunction } from '../engine/engine.ts';
import { type SaveOnnxOptions, saveOnnx } from '../engine/saveOnnx.ts';
import { tf } from '../engine/tf.ts';
import { type AuditoryModel, stageShape } from '../model/auditoryModel.ts';
import { type Objective, referenceStages } from './objective.ts';

/** Loss and its gradient with respect to the waveform. */
export interface Evaluation {
  loss: number;
  /** Shape [samples]. */
  gradient: Float32Array;
}

/** The compiled objective of a model: serves any number of reference sounds. */
export interface GradientProgram {
  /**
   * Loss and gradient; one run of the graph.
   *
   * @param waveform - Shape [samples].
   * @param targets - The reference's activations at each of the objective's stages; none without a reference.
   */
  evaluate(waveform: Float32Array, targets: readonly Float32Array[]): Promise<Evaluation>;
  release(): Promise<void>;
}

/**
 * Compiles an objective: ear and network up to the objective's stages, loss and gradient in one graph.
 *
 * @param objective - What is lowered.
 * @param options - Engine, device, threads.
 */
export async function compileGradient(
  model: AuditoryModel,
  objective: Objective,
  options: CompileOptions = {},
): Promise<GradientProgram> {
  const references = referenceStages(objective);
  const { fn, inputs } = lossAndGradient(model, objective);
  const program = await compile(fn, inputs, options);
  return {
    async evaluate(waveform, targets) {
      const named = references.map((name, i) => [targetName(name), targets[i]!] as const);
      const { loss, gradient } = await program.run({ waveform, ...Object.fromEntries(named) });
      return { loss: loss[0]!, gradient };
    },
    release: () => program.release(),
  };
}

/**
 * Writes the graph of {@link compileGradient} as an ONNX model.
 *
 * @param objective - What is lowered.
 * @throws InputError when another file stands there, or it cannot be written.
 */
export function saveGradient(model: AuditoryModel, objective: Objective, options: SaveOnnxOptions): void {
  const { fn, inputs } = lossAndGradient(model, objective);
  saveOnnx(fn, inputs, options);
}

function lossAndGradient(
  model: AuditoryModel,
  objective: Objective,
): { fn: TensorFunction<string, 'loss' | 'gradient'>; inputs: Record<string, InputSpec> } {
  const { stages, identityGradient = true } = objective;
  const references = referenceStages(objective);
  const targets = references.map((name) => [targetName(name), { shape: [1, ...stageShape(model, name)] }]);
  return {
    fn: (given) => {
      const lossOf = tf.valueAndGrad((y) =>
        objective.loss(
          model.activations(y as never, stages, { identityGradient }),
          references.map((name) => given[targetName(name)]!),
        ),
      );
      const { value, grad } = lossOf(given['waveform']!);
      return { loss: value, gradient: grad };
    },
    inputs: { waveform: { shape: [1, model.samples] }, ...Object.fromEntries(targets) },
  };
}

const targetName = (stage: string) => `target/${stage}`;
