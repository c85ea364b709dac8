import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { chosen } from './chosen.ts';
import type { Lowered, Target } from './lowering.ts';
import { type PoolingWindow, poolingOf } from './recordedOps.ts';

/** Geometry of a pooling: planes are counted through, batch and channels as one axis. */
interface Pooling {
  planes: number;
  /** Places of a plane. */
  size: number;
  /** Windows of a plane, each with the places it covers, in their order. */
  windows: readonly (readonly number[])[];
  outSize: readonly number[];
}

/**
 * Places of the maxima in their planes, int32, without `MaxPool`'s own indices, which WebGPU has not.
 *
 * @param target - Written there.
 * @param node - The recorded op.
 */
export function pooledPlaces(target: Target, { inputs: [x], attributes }: Lowered): string[] {
  const { window, shape } = poolingOf(attributes);
  const pooling = geometryOf(shape, window);
  const places = firstMaxima(target, x!, { window, pooling });
  const whole = target.node('Cast', [places], { to: onnxTypes.int32 });
  return [target.node('Reshape', [whole, target.wholes([shape[0]!, shape[1]!, ...pooling.outSize])])];
}

/**
 * Gradient of max pooling: each place gathers from the windows over it whose first maximum it is.
 *
 * @param target - Written there.
 * @param node - The recorded op.
 */
export function pooledGradient(target: Target, { inputs: [dy, x], attributes }: Lowered): string[] {
  const { window, shape } = poolingOf(attributes);
  const pooling = geometryOf(shape, window);
  const { planes, size, windows } = pooling;
  const over = windowsOver(pooling);
  const most = over.length / size;
  const table = target.integers(over, [size, most]);
  const flat = target.node('Reshape', [dy!, target.wholes([planes, windows.length])]);
  const slopes = target.node('Gather', [flat, table], { axis: 1 });
  const maxima = firstMaxima(target, x!, { window, pooling });
  const own = target.floats(placesUpTo(size), [size, 1]);
  const isMine = target.node('Equal', [target.node('Gather', [maxima, table], { axis: 1 }), own]);
  const reaching = chosen(target, [isMine, slopes, target.floats([0], [])], [planes, size, most]);
  const dx = target.node('ReduceSum', [reaching, target.wholes([2])], { keepdims: 0 });
  return [target.node('Reshape', [dx, target.wholes(shape)])];
}

/** Place in its plane of each window's first maximum, float32, name of [planes, windows]. */
function firstMaxima(
  target: Target,
  x: string,
  { window, pooling: { planes, size, windows } }: { window: PoolingWindow; pooling: Pooling },
): string {
  const area = longest(windows);
  // A window over the edge has its first place several times, which doesn't change where its first maximum is.
  const covered = Int32Array.from({ length: windows.length * area }, (_, i) => {
    const places = windows[Math.floor(i / area)]!;
    return places[i % area] ?? places[0]!;
  });
  const shape = [windows.length, area];
  const flat = target.node('Reshape', [x, target.wholes([planes, size])]);
  const seen = target.node('Gather', [flat, target.integers(covered, shape)], { axis: 1 });
  const pooled = target.node('MaxPool', [x], { ...window });
  const largest = target.node('Reshape', [pooled, target.wholes([planes, windows.length, 1])]);
  const isLargest = target.node('Equal', [seen, largest]);
  const places = target.floats(Float32Array.from(covered), shape);
  const candidates = target.node('Where', [isLargest, places, target.floats([size], [])]);
  return target.node('ReduceMin', [candidates, target.wholes([2])], { keepdims: 0 });
}

/** Windows over each place, [size, most]; where there are fewer, a window that is not over it, which gives it nothing. */
function windowsOver({ size, windows }: Pooling): Int32Array {
  const over = Array.from({ length: size }, (): number[] => []);
  for (const [i, places] of windows.entries()) for (const place of places) over[place]!.push(i);
  const most = longest(over);
  const table = new Int32Array(size * most);
  for (const [place, list] of over.entries()) {
    const elsewhere = list.length < most ? windows.findIndex((_, i) => !list.includes(i)) : 0;
    for (let i = 0; i < most; i++) table[place * most + i] = list[i] ?? elsewhere;
  }
  return table;
}

function geometryOf([batch, channels, height, width]: readonly number[], window: PoolingWindow): Pooling {
  const [top, left, bottom, right] = window.pads as [number, number, number, number];
  const down = covered(height!, [top, bottom], { length: window.kernel_shape[0]!, step: window.strides[0]! });
  const across = covered(width!, [left, right], {
    length: window.kernel_shape[1]!,
    step: window.strides[1]!,
  });
  return {
    planes: batch! * channels!,
    size: height! * width!,
    outSize: [down.length, across.length],
    windows: down.flatMap((rows) =>
      across.map((columns) => rows.flatMap((row) => columns.map((column) => row * width! + column))),
    ),
  };
}

/** Places along an axis that each window covers. */
function covered(
  size: number,
  [before, after]: [number, number],
  { length, step }: { length: number; step: number },
): number[][] {
  const count = Math.floor((size + before + after - length) / step) + 1;
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length }, (__, tap) => i * step - before + tap).filter(
      (place) => place >= 0 && place < size,
    ),
  );
}

// Not Math.max of them all, which takes no more arguments than fit on the stack.
const longest = (lists: readonly (readonly number[])[]) =>
  lists.reduce((most, { length }) => Math.max(most, length), 0);

const placesUpTo = (count: number) => Float32Array.from({ length: count }, (_, i) => i);
