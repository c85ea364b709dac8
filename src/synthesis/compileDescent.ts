import { staysOnDevice } from '../engine/stepper.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { checkFinite } from './checkFinite.ts';
import type { DescentOptions, DescentProgram, Lowering } from './descentProgram.ts';
import { compileDeviceDescent } from './deviceDescent.ts';
import { compileGradient, type GradientProgram } from './gradientProgram.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * Compiles the steps of syntheses. Where the device keeps waveforms and the rule can be written in the graph it is part of
 * it; elsewhere the graph gives loss and gradient, and the rule is applied to them here.
 *
 * @param lowering - What is lowered, and by which rule.
 * @param options - Engine, device, threads.
 */
export async function compileDescent(
  model: AuditoryModel,
  { objective, optimizer }: Lowering,
  options: DescentOptions = {},
): Promise<DescentProgram> {
  const { inGraph } = optimizer;
  if (!inGraph || !staysOnDevice(options))
    return stepwiseDescent(await compileGradient(model, objective, options), optimizer);
  return compileDeviceDescent(model, { objective, optimizer, rule: inGraph }, options);
}

/**
 * Takes the steps of syntheses outside the graph.
 *
 * @param program - Loss and gradient.
 * @param optimizer - The rule.
 */
export function stepwiseDescent(program: GradientProgram, optimizer: Optimizer): DescentProgram {
  return {
    async begin(start, targets) {
      let state = start;
      return {
        async take() {
          const { loss, gradient } = await program.evaluate(state.waveform, targets);
          checkFinite(loss, gradient.every(Number.isFinite), state.step);
          state = optimizer.step(state, { loss, gradient });
          return [loss];
        },
        state: async () => state,
        async loss() {
          const { loss } = await program.evaluate(state.waveform, targets);
          checkFinite(loss, true, state.step);
          return loss;
        },
        close() {},
      };
    },
    release: () => program.release(),
  };
}
