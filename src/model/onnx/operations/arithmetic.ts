import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { type Call, type Operations, operation, withoutSlope } from '../operation.ts';

const unary = (apply: (x: Tensor) => Tensor) => operation((call) => apply(call.tensor(0)));
const flat = (apply: (x: Tensor) => Tensor) =>
  operation((call) => withoutSlope([call.tensor(0)], (x) => apply(x!)));
const binary = (apply: (a: Tensor, b: Tensor) => Tensor) =>
  operation((call) => kept(call, apply(call.tensor(0), call.tensor(1))));
const variadic = (apply: (a: Tensor, b: Tensor) => Tensor) =>
  operation((call) => call.inputs.map((_, i) => call.tensor(i)).reduce((a, b) => apply(a, b)));

/** Arithmetic, number by number. */
export const arithmeticOperations: Operations = {
  Add: binary((a, b) => tf.add(a, b)),
  Sub: binary((a, b) => tf.sub(a, b)),
  Mul: binary((a, b) => tf.mul(a, b)),
  Div: operation(quotient),
  Pow: binary((a, b) => tf.pow(a, b)),
  Mod: operation(remainder, 'fmod'),
  Max: variadic((a, b) => tf.maximum(a, b)),
  Min: variadic((a, b) => tf.minimum(a, b)),
  Sum: variadic((a, b) => tf.add(a, b)),
  Mean: operation((call) => {
    const parts = call.inputs.map((_, i) => call.tensor(i));
    return tf.div(
      parts.reduce((a, b) => tf.add(a, b)),
      parts.length,
    );
  }),
  Abs: unary((x) => tf.abs(x)),
  Neg: unary((x) => tf.neg(x)),
  Reciprocal: unary((x) => tf.div(1, x)),
  Sqrt: unary((x) => tf.sqrt(x)),
  Exp: unary((x) => tf.exp(x)),
  Log: unary((x) => tf.log(x)),
  Erf: unary((x) => tf.erf(x)),
  Sin: unary((x) => tf.sin(x)),
  Cos: unary((x) => tf.cos(x)),
  Tan: unary((x) => tf.div(tf.sin(x), tf.cos(x))),
  Asin: unary((x) => tf.asin(x)),
  Acos: unary((x) => tf.acos(x)),
  Atan: unary((x) => tf.atan(x)),
  Sinh: unary((x) => tf.mul(tf.sub(tf.exp(x), tf.exp(tf.neg(x))), 0.5)),
  Cosh: unary((x) => tf.mul(tf.add(tf.exp(x), tf.exp(tf.neg(x))), 0.5)),
  Asinh: unary((x) => tf.asinh(x)),
  Acosh: unary((x) => tf.acosh(x)),
  Atanh: unary((x) => tf.atanh(x)),
  Sign: flat((x) => tf.sign(x)),
  Floor: flat((x) => tf.floor(x)),
  Ceil: flat((x) => tf.ceil(x)),
  Round: flat((x) => tf.round(x)),
};

/** TensorFlow.js makes whole numbers of some results and numbers of others; ONNX keeps the type of the first input. */
function kept(call: Call, result: Tensor): Tensor {
  const { dtype } = call.tensor(0);
  return result.dtype === dtype ? result : tf.cast(result, dtype);
}

/** Whole numbers are divided toward zero. */
function quotient(call: Call): Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  if (a.dtype !== 'int32') return tf.div(a, b);
  return withoutSlope([a, b], (p, q) =>
    tf.cast(tf.div(tf.cast(p!, 'float32'), tf.cast(q!, 'float32')), 'int32'),
  );
}

/** The sign is the divisor's, or with fmod the dividend's. */
function remainder(call: Call): Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  const [x, y] = [tf.cast(a, 'float32'), tf.cast(b, 'float32')];
  const ratio = tf.div(x, y);
  const whole = call.number('fmod', 0)
    ? withoutSlope([ratio], (r) => tf.mul(tf.sign(r!), tf.floor(tf.abs(r!))))
    : withoutSlope([ratio], (r) => tf.floor(r!));
  return tf.cast(tf.sub(x, tf.mul(whole, y)), a.dtype);
}
