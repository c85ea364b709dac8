import type { Tensor } from '@tensorflow/tfjs';
import type { OnnxValue } from '../formats/onnx/writeOnnx.ts';
import { copySession, type Tensors, tensorSession, tensorsOf } from './deviceBuffers.ts';
import type { CompileOptions, InputSpec } from './engine.ts';
import { type GivenPacking, givenPacking } from './givenPacking.ts';
import { prefixed } from './names.ts';
import type { StepFunction, StepInputs, Stepper, StepResults, StepValues } from './stepper.ts';
import { tf } from './tf.ts';
import { traceFunction } from './traceFunction.ts';

/** All that a step tells, in one output: each output that is read waits for the device once. */
const toldName = 'told';

/**
 * Compiles a step whose state stays on the device. Its inputs and outputs are buffers that are laid out once, so that the
 * commands can be recorded; a step writes what it is given, repeats them, moves the next state to its place, and reads
 * what is told.
 *
 * @param fn - The step, called once.
 * @param inputs - Shape and type of what it takes.
 * @param options - Device.
 */
export async function compileDeviceStepper(
  fn: StepFunction,
  inputs: StepInputs,
  options: CompileOptions,
): Promise<Stepper> {
  const packing = givenPacking(inputs.given);
  const { model, layout } = traceStep(fn, inputs, { packing, options });
  const [state, fixed, given] = [inputs.state, inputs.fixed, packing.inputs].map(valuesOf) as [
    OnnxValue[],
    OnnxValue[],
    OnnxValue[],
  ];
  const allocation = await copySession([...model.inputs, ...model.outputs], options, { outputsStay: true });
  const buffers = await allocation.run(tensorsOf([...model.inputs, ...model.outputs]));
  const told = model.outputs.filter(({ name }) => name === toldName);
  const [step, advance, write, reset, readTold, readState] = await Promise.all([
    tensorSession(model, options, { form: { isRepeated: true } }),
    copySession(state, options, { isRepeated: true }),
    copySession(given, options),
    copySession([...state, ...fixed], options),
    copySession(told, options),
    copySession(state, options),
  ]);
  const next = Object.fromEntries(state.map(({ name }) => [name, buffers[`next/${name}`]!]));
  return {
    async begin(start) {
      await reset.run(tensorsOf([...state, ...fixed], { ...start.state, ...start.fixed }), buffers);
      let written: StepValues | undefined;
      const give = async (values: StepValues) => {
        if (written !== values) await write.run(tensorsOf(given, packing.packed(values)), buffers);
        written = values;
      };
      return {
        async step(values, upcoming) {
          await give(values);
          await step.run(buffers, buffers);
          await advance.run(next, buffers);
          if (upcoming) await give(upcoming);
          const { [toldName]: all } = await readTold.run(buffers);
          return taken(all!.data as Float32Array, layout);
        },
        state: async () => arraysOf(await readState.run(buffers)),
      };
    },
    async release() {
      for (const buffer of Object.values(buffers)) buffer.dispose();
      await Promise.all(
        [allocation, step, advance, write, reset, readTold, readState].map((each) => each.release()),
      );
    },
  };
}

function traceStep(
  fn: StepFunction,
  inputs: StepInputs,
  { packing, options: { device } }: { packing: GivenPacking; options: CompileOptions },
) {
  const layout: [name: string, size: number][] = [];
  const model = traceFunction(
    (given) => {
      const { told, next } = fn(packing.unpacked(given));
      for (const [name, { size }] of Object.entries(told)) layout.push([name, size]);
      const flat = Object.values(told).map((each) => tf.reshape(tf.cast(each, 'float32'), [-1]));
      return { [toldName]: tf.concat(flat), ...prefixed('next', next) } as Record<string, Tensor>;
    },
    { ...packing.inputs, ...inputs.fixed, ...inputs.state },
    { device },
  );
  return { model, layout };
}

function valuesOf(specs: Readonly<Record<string, InputSpec>>): OnnxValue[] {
  return Object.entries(specs).map(([name, { shape, dtype = 'float32' }]) => ({ name, type: dtype, shape }));
}

/** What is told, by name; copies, for the next step's come to the same place. */
function taken(all: Float32Array, layout: readonly (readonly [name: string, size: number])[]): StepResults {
  let place = 0;
  const parts = layout.map(([name, size]) => {
    place += size;
    return [name, all.slice(place - size, place)] as const;
  });
  return Object.fromEntries(parts);
}

function arraysOf(tensors: Tensors): StepResults {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array]));
}
