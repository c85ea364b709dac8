import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { type Call, type Operations, operation, withoutSlope } from '../operation.ts';

/** The largest float32 and its negative, beyond which no bound has to hold. */
const largest = 3.4028234e38;

/** Rectifiers, sigmoids and their kin. */
export const activationOperations: Operations = {
  Relu: operation((call) => tf.relu(call.tensor(0))),
  LeakyRelu: operation((call) => leaky(call.tensor(0), tf.scalar(call.number('alpha', 0.01))), 'alpha'),
  PRelu: operation((call) => leaky(call.tensor(0), call.tensor(1))),
  Elu: operation((call) => exponential(call.tensor(0), call.number('alpha', 1), 1), 'alpha'),
  Selu: operation(selu, 'alpha', 'gamma'),
  Celu: operation((call) => {
    const alpha = call.number('alpha', 1);
    return exponential(call.tensor(0), alpha, 1 / alpha);
  }, 'alpha'),
  Gelu: operation(gelu, 'approximate'),
  Sigmoid: operation((call) => tf.sigmoid(call.tensor(0))),
  HardSigmoid: operation(
    (call) => hardSigmoid(call.tensor(0), call.number('alpha', 0.2), call.number('beta', 0.5)),
    'alpha',
    'beta',
  ),
  HardSwish: operation((call) => tf.mul(call.tensor(0), hardSigmoid(call.tensor(0), 1 / 6, 0.5))),
  Swish: operation((call) => {
    const x = call.tensor(0);
    return tf.mul(x, tf.sigmoid(tf.mul(x, call.number('alpha', 1))));
  }, 'alpha'),
  Mish: operation((call) => tf.mul(call.tensor(0), tf.tanh(tf.softplus(call.tensor(0))))),
  Softplus: operation((call) => tf.softplus(call.tensor(0))),
  Softsign: operation((call) => tf.div(call.tensor(0), tf.add(tf.abs(call.tensor(0)), 1))),
  ThresholdedRelu: operation((call) => {
    const x = call.tensor(0);
    const isAbove = withoutSlope([x], (y) => tf.greater(y!, call.number('alpha', 1)));
    return tf.where(isAbove, x, tf.zerosLike(x));
  }, 'alpha'),
  Shrink: operation(shrunk, 'bias', 'lambd'),
  Tanh: operation((call) => tf.tanh(call.tensor(0))),
  Clip: operation(clip, 'min', 'max'),
  Dropout: operation(dropout, 'ratio', 'seed', 'is_test', 'training_mode'),
};

function leaky(x: Tensor, slope: Tensor): Tensor {
  return tf.sub(tf.relu(x), tf.mul(tf.relu(tf.neg(x)), slope));
}

/** x above 0, else alpha · (exp(rate · x) − 1); the exponential never sees the positive part, where it would overflow. */
function exponential(x: Tensor, alpha: number, rate: number): Tensor {
  const below = tf.neg(tf.relu(tf.neg(x)));
  return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.mul(below, rate)), alpha));
}

function selu(call: Call): Tensor {
  const [alpha, gamma] = [call.number('alpha', 1.6732632), call.number('gamma', 1.0507009)];
  return tf.mul(exponential(call.tensor(0), alpha, 1), gamma);
}

function gelu(call: Call): Tensor {
  const x = call.tensor(0);
  const form = call.text('approximate', 'none');
  call.require(['none', 'tanh'].includes(form), `approximate none or tanh, it has ${form}`);
  if (form === 'none') return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const cubic = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(cubic), 1));
}

/** What lies within ±lambd is zero, the rest is nearer to zero by the bias. */
function shrunk(call: Call): Tensor {
  const x = call.tensor(0);
  const [bias, edge] = [call.number('bias', 0), call.number('lambd', 0.5)];
  const side = withoutSlope([x], (y) =>
    tf.sub(tf.cast(tf.greater(y!, edge), 'float32'), tf.cast(tf.less(y!, -edge), 'float32')),
  );
  return tf.sub(tf.mul(x, tf.abs(side)), tf.mul(side, bias));
}

function hardSigmoid(x: Tensor, alpha: number, beta: number): Tensor {
  return tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1);
}

function clip(call: Call): Tensor {
  const x = call.tensor(0);
  const [low = -largest] = call.listed(1, 'min') ?? [];
  const [high = largest] = call.listed(2, 'max') ?? [];
  if (x.dtype === 'int32') return tf.cast(tf.minimum(tf.maximum(x, low), high), 'int32');
  return tf.clipByValue(x, Math.max(low, -largest), Math.min(high, largest));
}

function dropout(call: Call): Tensor {
  call.require(!call.listed(2, 'training_mode')?.[0], 'training_mode 0, it drops at random');
  return call.tensor(0);
}
