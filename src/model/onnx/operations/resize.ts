import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../../../engine/tf.ts';
import { axesOf, type Call, feasible, type Operations, operation } from '../operation.ts';
import { taken } from './slicing.ts';

/** Interpolation along axes. */
export const resizeOperations: Operations = {
  Resize: operation(
    resized,
    ...['mode', 'coordinate_transformation_mode', 'nearest_mode', 'cubic_coeff_a', 'exclude_outside'],
    ...['extrapolation_value', 'antialias', 'keep_aspect_ratio_policy', 'axes'],
  ),
  Upsample: operation(resized, 'mode', 'scales'),
};

/** One axis: its length before and after, and their ratio as it is given. */
interface Scaling {
  from: number;
  to: number;
  scale: number;
}

function resized(call: Call): Tensor {
  const x = call.tensor(0);
  const mode = call.text('mode', 'nearest');
  call.require(
    ['nearest', 'linear', 'cubic'].includes(mode),
    `mode nearest, linear or cubic, it has ${mode}`,
  );
  call.require(call.number('antialias', 0) === 0, 'antialias 0');
  const policy = call.text('keep_aspect_ratio_policy', 'stretch');
  call.require(policy === 'stretch', `keep_aspect_ratio_policy stretch, it has ${policy}`);
  const scalings = scalingsOf(call, x);
  feasible(
    call,
    scalings.map(({ to }) => to),
  );
  return scalings.reduce((part, scaling, axis) => alongAxis(call, part, { axis, mode, scaling }), x);
}

/** Operator sets before 11 know scales alone, and round otherwise. */
const isBeforeSizes = ({ node, opset }: Call) => node.opType === 'Upsample' || opset < 11;

/** Scales or sizes of all axes; before operator set 11 the scales are the second input or an attribute. */
function scalingsOf(call: Call, x: Tensor): Scaling[] {
  const isOld = isBeforeSizes(call);
  const scales = (isOld ? call.listed(1, 'scales') : call.listed(2)) ?? [];
  const sizes = isOld ? [] : (call.listed(3) ?? []);
  const axes = axesOf(
    call,
    call.numbers(
      'axes',
      x.shape.map((_, axis) => axis),
    ),
    x.rank,
  );
  const given = sizes.length > 0 ? sizes : scales;
  call.require(
    given.length === axes.length && given.every((each) => each > 0),
    `a scale or a size ≥ 1 for each of ${axes.length} axes, it has [${given.join(', ')}]`,
  );
  return x.shape.map((from, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { from, to: from, scale: 1 };
    if (sizes.length > 0) return { from, to: sizes[i]!, scale: sizes[i]! / from };
    return { from, to: Math.floor(from * scales[i]!), scale: scales[i]! };
  });
}

function alongAxis(
  call: Call,
  x: Tensor,
  { axis, mode, scaling }: { axis: number; mode: string; scaling: Scaling },
): Tensor {
  const { from, to, scale } = scaling;
  if (from === to && scale === 1) return x;
  // In single precision, as it is computed elsewhere: a place may lie just between two numbers.
  const places = Array.from({ length: to }, (_, i) => Math.fround(sourceOf(call, i, scaling)));
  if (mode === 'nearest')
    return taken(
      x,
      axis,
      places.map((place) => nearest(call, place, from)),
    );
  const matrix = new Float32Array(from * to);
  places.forEach((place, column) => {
    for (const [row, share] of sharesOf(call, place, { mode, from })) matrix[row * to + column]! += share;
  });
  const order = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const moved = tf.transpose(x, [...order, axis]);
  const product = tf.matMul(tf.reshape(moved, [-1, from]), constant(matrix, [from, to]));
  const shaped = tf.reshape(product, [...moved.shape.slice(0, -1), to]);
  return tf.transpose(
    shaped,
    x.shape.map((_, i) => (i === axis ? x.rank - 1 : order.indexOf(i))),
  );
}

/** Place in the input that a place in the result shows. */
function sourceOf(call: Call, place: number, { from, to, scale }: Scaling): number {
  const usual = isBeforeSizes(call) ? 'asymmetric' : 'half_pixel';
  const form = call.text('coordinate_transformation_mode', usual);
  switch (form) {
    case 'half_pixel':
      return (place + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric': {
      const center = from / 2;
      return center * (1 - to / (scale * from)) + (place + 0.5) / scale - 0.5;
    }
    case 'pytorch_half_pixel':
      return to > 1 ? (place + 0.5) / scale - 0.5 : 0;
    case 'align_corners':
      return to > 1 ? (place * (from - 1)) / (to - 1) : 0;
    case 'asymmetric':
      return place / scale;
    default:
      call.require(false, `a coordinate_transformation_mode other than ${form}`);
      return 0;
  }
}

function nearest(call: Call, place: number, size: number): number {
  const form = call.text('nearest_mode', isBeforeSizes(call) ? 'floor' : 'round_prefer_floor');
  const round = new Map<string, (value: number) => number>([
    ['round_prefer_floor', (value) => Math.ceil(value - 0.5)],
    ['round_prefer_ceil', (value) => Math.floor(value + 0.5)],
    ['floor', Math.floor],
    ['ceil', Math.ceil],
  ]).get(form);
  call.require(round !== undefined, `a known nearest_mode, it has ${form}`);
  return Math.min(Math.max(round!(place), 0), size - 1);
}

/** Places of the input and their shares in one of the result; what lies outside is the edge, or with exclude_outside nothing. */
function sharesOf(
  call: Call,
  place: number,
  { mode, from }: { mode: string; from: number },
): [number, number][] {
  const first = Math.floor(place);
  const rest = place - first;
  const edge = (i: number) => Math.min(Math.max(i, 0), from - 1);
  if (mode === 'linear')
    return [
      [edge(first), 1 - rest],
      [edge(first + 1), rest],
    ];
  const a = call.number('cubic_coeff_a', -0.75);
  const taps = [-1, 0, 1, 2].map((offset): [number, number] => [
    first + offset,
    cubic(Math.abs(offset - rest), a),
  ]);
  if (call.number('exclude_outside', 0) === 0) return taps.map(([i, share]) => [edge(i), share]);
  const inside = taps.filter(([i]) => i >= 0 && i < from);
  const sum = inside.reduce((total, [, share]) => total + share, 0);
  return inside.map(([i, share]) => [i, share / sum]);
}

/** Keys (1981), IEEE Trans. ASSP 29, 1153–1160. */
function cubic(distance: number, a: number): number {
  if (distance <= 1) return (a + 2) * distance ** 3 - (a + 3) * distance ** 2 + 1;
  return a * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4);
}
