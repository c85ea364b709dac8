import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
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
 * @param options - Engine, device, threads, where to save the ONNX model.
 */
export async function compileGradient(
  model: AuditoryModel,
  objective: Objective,
  options: CompileOptions = {},
): Promise<GradientProgram> {
  const { stages, identityGradient = true } = objective;
  const references = referenceStages(objective);
  const targetInputs = references.map(
    (name) => [targetName(name), { shape: [1, ...stageShape(model, name)] }] as const,
  );
  const program = await compile(
    (given) => {
      const targets = references.map((name) => given[targetName(name)]!);
      const lossOf = tf.valueAndGrad((y) =>
        objective.loss(model.activations(y as never, stages, { identityGradient }), targets),
      );
      const { value, grad } = lossOf(given['waveform']!);
      return { loss: value, gradient: grad };
    },
    { waveform: { shape: [1, model.samples] }, ...Object.fromEntries(targetInputs) } as Record<
      string,
      InputSpec
    >,
    options,
  );
  return {
    async evaluate(waveform, targets) {
      const named = references.map((name, i) => [targetName(name), targets[i]!] as const);
      const { loss, gradient } = await program.run({ waveform, ...Object.fromEntries(named) });
      return { loss: loss[0]!, gradient };
    },
    release: () => program.release(),
  };
}

const targetName = (stage: string) => `target/${stage}`;
