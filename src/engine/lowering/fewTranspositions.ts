import { type OnnxNode, onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { addWholes, type Graph } from '../graph.ts';
import { type Target, targetIn } from './lowering.ts';
import { comparisons } from './recordedOps.ts';

/** A value that is the transposition of another, not yet carried out: its axis i is axis perm[i] of the base. */
interface View {
  base: string;
  perm: readonly number[];
}

const logical = ['And', 'Or', 'Not'];
/** Ops that compute each element from those at the same place. */
const elementwise = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Where', 'Cast', 'Clip', 'Neg', 'Abs', 'Sign'],
  ...['Relu', 'Sqrt', 'Exp', 'Log', 'Reciprocal', 'Sigmoid', 'Tanh', 'Erf', 'Floor', 'Ceil', 'Round'],
  ...comparisons,
  ...logical,
]);
const reductions = new Set(['ReduceSum', 'WholeSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd']);

/** A graph that is written anew. */
interface Rewriting {
  graph: Graph;
  written: Graph;
  target: Target;
  /** New names by old ones. */
  names: Map<string, string>;
  /** Values by their old names. */
  views: Map<string, View>;
  /** Names of views that were needed in their own order. */
  carriedOut: Map<string, string>;
  /** New names of what is true or false. */
  masks: Set<string>;
}

/**
 * Carries transpositions out as late as can be, and those that undo each other not at all: what is computed element by
 * element, and sums over axes, can as well be computed in the order of axes that is there. Convolutions of TensorFlow.js
 * have their channels last, those of ONNX first, so that most transpositions go. ONNX Runtime's own way of doing it moves
 * them through masks, which WebGPU cannot transpose.
 *
 * @param graph - As recorded; it stays as it is, but for constants.
 * @returns The new graph, and the names that the old graph's values have in it.
 */
export function withFewTranspositions(graph: Graph): { graph: Graph; nameOf: (old: string) => string } {
  const written: Graph = { ...graph, nodes: [], shapes: new Map() };
  for (const { name, shape } of graph.inputs) written.shapes.set(name, shape);
  const rewriting: Rewriting = {
    ...{ graph, written, target: targetIn(written) },
    ...{ names: new Map(), views: new Map(), carriedOut: new Map(), masks: new Set() },
  };
  for (const node of graph.nodes) if (!ways.some((way) => way(rewriting, node))) write(rewriting, node);
  return { graph: written, nameOf: (old) => nameOf(rewriting, old) };
}

/** Ways in which a node may leave transpositions to those after it; each says whether it did. */
const ways = [turned, reshaped, reduced, computedInPlace];

/** Notes a transposition. */
function turned(
  rewriting: Rewriting,
  { opType, inputs: [x], outputs: [output], attributes }: OnnxNode,
): boolean {
  if (opType !== 'Transpose') return false;
  const asked = attributes['perm'] as readonly number[];
  const view = rewriting.views.get(x!);
  const base = view?.base ?? nameOf(rewriting, x!);
  stand(rewriting, output!, { base, perm: view ? asked.map((axis) => view.perm[axis]!) : asked });
  return true;
}

/** Gives axes of length one to the base, or takes them from it; the others stay as they are. */
function reshaped(rewriting: Rewriting, { opType, inputs: [x], outputs: [output] }: OnnxNode): boolean {
  const view = rewriting.views.get(x!);
  const [from, to] = [x!, output!].map((name) => shapeOf(rewriting, name));
  if (opType !== 'Reshape' || !view || !from || !to) return false;
  const [longBefore, longAfter] = [from, to].map(longAxes) as [number[], number[]];
  const isOnlySpread =
    String(longBefore.map((axis) => from[axis])) === String(longAfter.map((axis) => to[axis]));
  if (!isOnlySpread) return false;
  const inBase = longAfter
    .map((axis, i) => ({ axis, place: view.perm[longBefore[i]!]! }))
    .sort((a, b) => a.place - b.place);
  // Axes of length one have the same place in the base.
  const order = to.map((length, axis) => (length === 1 ? axis : inBase.shift()!.axis));
  const shape = order.map((axis) => to[axis]!);
  const base = inShape(rewriting, view.base, shape);
  stand(rewriting, output!, { base, perm: order.map((_, axis) => order.indexOf(axis)) });
  return true;
}

/** Reduces in the base's order, where what is left is in order too. */
function reduced(rewriting: Rewriting, node: OnnxNode): boolean {
  const { target, written, names, views } = rewriting;
  const {
    opType,
    inputs: [x, axes],
    outputs: [output],
    attributes,
  } = node;
  const view = reductions.has(opType) ? views.get(x!) : undefined;
  const along = view && axes !== undefined ? target.constantWholes(axes) : undefined;
  if (!view || !along || along.some((axis) => axis < 0)) return false;
  const { base, perm } = view;
  const left = perm.filter((_, axis) => !along.includes(axis));
  const isKept = attributes['keepdims'] !== 0;
  if (!isKept && !isAscending(left)) return false;
  const ofBase = along.map((axis) => perm[axis]!).sort((a, b) => a - b);
  const made = target.node(opType, [base, addWholes(written, ofBase)], attributes);
  if (isKept) stand(rewriting, output!, { base: made, perm });
  else {
    names.set(output!, made);
    keepShape(rewriting, output!, made);
  }
  return true;
}

/** Computes element by element in the order of the operands' bases. */
function computedInPlace(rewriting: Rewriting, node: OnnxNode): boolean {
  const { opType, inputs, outputs, attributes } = node;
  const given = elementwise.has(opType) ? operands(rewriting, inputs) : undefined;
  if (!given) return false;
  const made = rewriting.target.node(opType, given.names, attributes);
  if (isMask(node, rewriting.masks, given.names)) rewriting.masks.add(made);
  stand(rewriting, outputs[0]!, { base: made, perm: given.perm });
  return true;
}

/** Operands of an elementwise op in the base's order, undefined where one has to be transposed for it. */
function operands(
  rewriting: Rewriting,
  inputs: readonly string[],
): { perm: readonly number[]; names: string[] } | undefined {
  const { views } = rewriting;
  const perm = inputs.map((input) => views.get(input)?.perm).find((each) => each !== undefined);
  if (!perm) return undefined;
  const found = inputs.map((input) => {
    const view = views.get(input);
    if (view) return String(view.perm) === String(perm) ? view.base : undefined;
    return inOrder(rewriting, input, perm);
  });
  return found.includes(undefined) ? undefined : { perm, names: found as string[] };
}

/** Name of a value whose axes are in the base's order too, as those of scalars and vectors are; undefined of any other. */
function inOrder(rewriting: Rewriting, old: string, perm: readonly number[]): string | undefined {
  const { target, written, names } = rewriting;
  const shape = shapeOf(rewriting, old);
  if (!shape || shape.length > perm.length) return undefined;
  const whole = [...new Array<number>(perm.length - shape.length).fill(1), ...shape];
  if (!isAscending(longAxes(whole).map((axis) => perm[axis]!))) return undefined;
  const name = names.get(old) ?? old;
  if (shape.every((length) => length === 1)) return name;
  return target.node('Reshape', [name, addWholes(written, inBaseOrder(whole, perm))]);
}

/** Writes a node as it is. */
function write(rewriting: Rewriting, node: OnnxNode): void {
  const { opType, inputs, outputs, attributes } = node;
  const given = inputs.map((input) => nameOf(rewriting, input));
  const made = rewriting.target.nodes(opType, given, attributes, outputs.length);
  if (isMask(node, rewriting.masks, given)) rewriting.masks.add(made[0]!);
  for (const [i, output] of outputs.entries()) {
    rewriting.names.set(output, made[i]!);
    keepShape(rewriting, output, made[i]!);
  }
}

/** Lets an old name stand for a view, or for its base where that is in the same order but for axes of length one. */
function stand(rewriting: Rewriting, old: string, { base, perm }: View): void {
  const shape = shapeOf(rewriting, old);
  if (shape) rewriting.written.shapes.set(base, inBaseOrder(shape, perm));
  const moved = shape ? longAxes(shape).map((axis) => perm[axis]!) : perm;
  if (!isAscending(moved)) rewriting.views.set(old, { base, perm });
  else rewriting.names.set(old, shape ? inShape(rewriting, base, shape) : base);
}

/** A value that differs from another in axes of length one at most. */
function inShape({ written, target, masks }: Rewriting, name: string, shape: readonly number[]): string {
  if (String(written.shapes.get(name)) === String(shape)) return name;
  const made = target.node('Reshape', [name, addWholes(written, shape)]);
  written.shapes.set(made, shape);
  if (masks.has(name)) masks.add(made);
  return made;
}

const longAxes = (shape: readonly number[]) => shape.flatMap((length, axis) => (length === 1 ? [] : [axis]));

const isAscending = (axes: readonly number[]) => axes.every((axis, i) => i === 0 || axis > axes[i - 1]!);

/** New name of a value, its transposition carried out. */
function nameOf(rewriting: Rewriting, old: string): string {
  const { names, views, carriedOut } = rewriting;
  const view = views.get(old);
  if (!view) return names.get(old) ?? old;
  const key = `${view.base} ${view.perm}`;
  if (!carriedOut.has(key)) carriedOut.set(key, transposed(rewriting, view));
  const name = carriedOut.get(key)!;
  keepShape(rewriting, old, name);
  return name;
}

function transposed({ target, masks }: Rewriting, { base, perm }: View): string {
  const attributes = { perm: [...perm] };
  if (!masks.has(base)) return target.node('Transpose', [base], attributes);
  // WebGPU has no transposition of masks.
  const numbers = target.node('Cast', [base], { to: onnxTypes.float32 });
  return target.node('Cast', [target.node('Transpose', [numbers], attributes)], { to: onnxTypes.bool });
}

const shapeOf = ({ graph }: Rewriting, old: string) =>
  graph.shapes.get(old) ?? graph.constants.get(old)?.shape;

function keepShape(rewriting: Rewriting, old: string, name: string): void {
  const shape = shapeOf(rewriting, old);
  if (shape) rewriting.written.shapes.set(name, shape);
}

/** Whether what an op gives is true or false. */
function isMask(
  { opType, attributes }: OnnxNode,
  masks: ReadonlySet<string>,
  inputs: readonly string[],
): boolean {
  if (opType === 'Cast') return attributes['to'] === onnxTypes.bool;
  if (opType === 'Where') return masks.has(inputs[1]!);
  return comparisons.includes(opType) || logical.includes(opType);
}

/** Lengths of the base's axes, from those of its view. */
function inBaseOrder(shape: readonly number[], perm: readonly number[]): number[] {
  const lengths = new Array<number>(perm.length);
  for (const [i, axis] of perm.entries()) lengths[axis] = shape[i]!;
  return lengths;
}
