import { compile } from './compile.ts';
import type { CompileOptions } from './engine.ts';
import { prefixed, unprefixed } from './names.ts';
import {
  refuseMoreSteps,
  type StepFunction,
  type StepInputs,
  type Stepper,
  type StepResults,
  staysOnDevice,
} from './stepper.ts';

/**
 * Compiles one step of an iteration. On WebGPU its state stays on the device from step to step.
 *
 * @param fn - The step, called once; must depend on its inputs alone.
 * @param inputs - Shape and type of what it takes.
 * @param options - Engine, device, threads.
 */
export async function compileStepper(
  fn: StepFunction,
  inputs: StepInputs,
  options: CompileOptions = {},
): Promise<Stepper> {
  if (staysOnDevice(options)) {
    const { compileDeviceStepper } = await import('./deviceStepper.ts');
    return compileDeviceStepper(fn, inputs, options);
  }
  const program = await compile(
    (given) => {
      const { told, next } = fn(given);
      return { ...prefixed('told', told), ...prefixed('next', next) };
    },
    { ...inputs.given, ...inputs.fixed, ...inputs.state },
    options,
  );
  return {
    async begin({ state: start, fixed }) {
      let state = start as StepResults;
      let untold: StepResults[] = [];
      return {
        async take(all) {
          refuseMoreSteps(untold.length + all.length, inputs);
          for (const given of all) {
            const results = await program.run({ ...given, ...fixed, ...state });
            state = unprefixed('next', results);
            untold.push(unprefixed('told', results));
          }
        },
        async told() {
          const all = untold;
          untold = [];
          return all;
        },
        state: async () => state,
      };
    },
    release: () => program.release(),
  };
}
