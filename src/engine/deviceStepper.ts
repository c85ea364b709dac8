import type { Tensor } from '@tensorflow/tfjs';
import type { OnnxModel, OnnxValue } from '../formats/onnx/writeOnnx.ts';
import { copySession, type Tensors, tensorSession, tensorsOf } from './deviceBuffers.ts';
import type { CompileOptions, InputSpec } from './engine.ts';
import { type GivenPacking, givenPacking } from './givenPacking.ts';
import { prefixed } from './names.ts';
import {
  refuseMoreSteps,
  type StepFunction,
  type StepInputs,
  type Stepper,
  type StepResults,
} from './stepper.ts';
import { tf } from './tf.ts';
import { withHistory } from './toldHistory.ts';
import { traceFunction } from './traceFunction.ts';

/** All that a step tells, in one output: each output that is read waits for the device once. */
const toldName = 'told';

/**
 * Compiles a step whose state stays on the device, in two places: a step reads one and writes the other, which the next one
 * reads. What steps tell is part of the state where several are taken at once, and read when it is asked for.
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
  const { atOnce = 1 } = inputs;
  const packing = givenPacking(inputs.given, atOnce);
  const { model, layout, told } = traceStep(fn, inputs, { packing, options });
  const [state, fixed, given] = [inputs.state, inputs.fixed, packing.inputs].map(valuesOf) as [
    OnnxValue[],
    OnnxValue[],
    OnnxValue[],
  ];
  const values = [...model.inputs, ...model.outputs];
  const allocation = await copySession(values, { ...options, outputsStay: true });
  const buffers = await allocation.run(tensorsOf(values));
  const [step, write, reset, readTold, readState] = await Promise.all([
    tensorSession(model, options),
    copySession(given, options),
    copySession([...state, ...fixed], options),
    copySession([told], options),
    copySession(state, options),
  ]);
  const moved = model.inputs.map(({ name }) => name).filter((name) => buffers[nextName(name)] !== undefined);
  /** All buffers by what they hold now, and what they hold after a step. */
  let now = buffers;
  const swapped = () => {
    const pairs = moved.map((name) => [name, nextName(name)] as const);
    const ends = pairs.flatMap(([name, next]) => [[name, now[next]!] as const, [next, now[name]!] as const]);
    return { ...now, ...Object.fromEntries(ends) };
  };
  return {
    async begin(start) {
      await reset.run(tensorsOf([...state, ...fixed], { ...start.state, ...start.fixed }), now);
      let untold = 0;
      return {
        async take(all) {
          refuseMoreSteps(untold + all.length, inputs);
          untold += all.length;
          for (let first = 0; first < all.length; first += packing.rows) {
            const steps = all.slice(first, first + packing.rows);
            await write.run(tensorsOf(given, packing.packed(steps)), now);
            for (const _ of steps) {
              await step.run(now, now);
              now = swapped();
            }
          }
        },
        async told() {
          const count = untold;
          untold = 0;
          if (count === 0) return [];
          const kept = (await readTold.run(now))[told.name]!.data as Float32Array;
          const length = kept.length / atOnce;
          return Array.from({ length: count }, (_, i) =>
            parted(kept.subarray(kept.length - (count - i) * length), layout),
          );
        },
        state: async () => arraysOf(await readState.run(now)),
      };
    },
    async release() {
      for (const buffer of Object.values(buffers)) buffer.dispose();
      await Promise.all([allocation, step, write, reset, readTold, readState].map((each) => each.release()));
    },
  };
}

const nextName = (name: string) => `next/${name}`;

function traceStep(
  fn: StepFunction,
  { state, fixed, atOnce = 1 }: StepInputs,
  { packing, options: { device } }: { packing: GivenPacking; options: CompileOptions },
): { model: OnnxModel; layout: Layout; told: OnnxValue } {
  const layout: [name: string, size: number][] = [];
  const model = traceFunction(
    (given) => {
      const { values, next: left } = packing.unpacked(given);
      const { told, next } = fn(values);
      for (const [name, { size }] of Object.entries(told)) layout.push([name, size]);
      const flat = Object.values(told).map((each) => tf.reshape(tf.cast(each, 'float32'), [-1]));
      return { [toldName]: tf.concat(flat), ...prefixed('next', { ...next, ...left }) } as Record<
        string,
        Tensor
      >;
    },
    { ...packing.inputs, ...fixed, ...state },
    { device },
  );
  if (atOnce === 1) return { model, layout, told: model.outputs.find(({ name }) => name === toldName)! };
  const { model: keeping, history } = withHistory(model, toldName, atOnce);
  return { model: keeping, layout, told: history };
}

function valuesOf(specs: Readonly<Record<string, InputSpec>>): OnnxValue[] {
  return Object.entries(specs).map(([name, { shape, dtype = 'float32' }]) => ({ name, type: dtype, shape }));
}

/** What a step tells, in order. */
type Layout = readonly (readonly [name: string, size: number])[];

/** What a step told, by name, from the beginning of an array. */
function parted(all: Float32Array, layout: Layout): StepResults {
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
