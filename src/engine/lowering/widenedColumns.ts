import type { Target, Widened } from './lowering.ts';

/** Ops that make zeros of zeros, number by number, or masks, and which single numbers may be among their operands. */
const zeroKeeping: Record<string, (number: number) => boolean> = {
  Relu: () => false,
  Greater: () => true,
  Where: (number) => number === 0,
};

/**
 * A value with more columns of zeros, where it is the first columns of such a one or what an op makes of that: what reads it
 * by indices need not cut it, and finds zeros in it.
 *
 * @param target - Ops on the wider values are added there; those on the narrow ones stay for who reads them.
 * @param name - Of the value, in any shape.
 */
export function withZeroColumns(target: Target, name: string): Widened | undefined {
  // A value that has none is remembered too: those of choices upon choices would be asked again and again.
  if (!target.widened.has(name)) target.widened.set(name, madeOfWidened(target, name));
  return target.widened.get(name);
}

function madeOfWidened(target: Target, name: string): Widened | undefined {
  const maker = target.makerOf(name);
  if (!maker) return undefined;
  const { opType, inputs, attributes } = maker;
  if (opType === 'Reshape') return withZeroColumns(target, inputs[0]!);
  const mayBe = zeroKeeping[opType];
  if (!mayBe) return undefined;
  const operands = inputs.map((input) => {
    const number = target.constantNumber(input);
    return number !== undefined && mayBe(number) ? input : withZeroColumns(target, input);
  });
  const wide = operands.filter((operand) => typeof operand === 'object');
  const isAll = operands.every(
    (operand) => typeof operand === 'string' || String(operand?.shape) === String(wide[0]?.shape),
  );
  if (!isAll || wide.length === 0) return undefined;
  const names = operands.map((operand) => (typeof operand === 'object' ? operand.name : operand!));
  return { ...wide[0]!, name: target.node(opType, names, attributes) };
}
