import * as tf from '@tensorflow/tfjs';

// Production mode: no hint to install tfjs-node on standard output, no checks of every value for NaN.
tf.enableProdMode();

/** TensorFlow.js, in whose ops models, objectives and whatever is compiled are written. */
export { tf };

/** Constants by backend, so that those of a trace go with it. */
const kept = new WeakMap<tf.KernelBackend, WeakMap<ArrayBufferView, tf.Tensor>>();

/**
 * A constant tensor; the same array gives the same tensor, so weights are neither copied nor stored twice.
 *
 * @param values - Values in row-major order.
 * @param shape - Shape of the tensor.
 * @returns A tensor of the current backend that no tidy disposes; `int32` for an Int32Array, else `float32`.
 */
export function constant(values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor {
  const backend = tf.backend();
  const known = kept.get(backend) ?? new WeakMap<ArrayBufferView, tf.Tensor>();
  kept.set(backend, known);
  let tensor = known.get(values);
  if (!tensor || tensor.isDisposed) {
    tensor = tf.keep(tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32'));
    known.set(values, tensor);
  }
  return tensor.shape.length === shape.length && tensor.shape.every((size, axis) => size === shape[axis])
    ? tensor
    : tf.reshape(tensor, [...shape]);
}
