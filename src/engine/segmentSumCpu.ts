import { arraySize } from '../base/arraySize.ts';
import { tf } from './tf.ts';

/** The part of the plain backend that a kernel uses. */
interface CpuBackend {
  data: { get(dataId: object): { values: Float32Array | Int32Array } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

const kernelName = 'UnsortedSegmentSum';

/**
 * Replaces the plain backend's sum over segments, the gradient of `gather`: TensorFlow.js multiplies all values by a mask
 * once a segment, which for the gathered bins of a cochleagram are 40,000 masks and more memory than machines have.
 */
export function replaceSegmentSum(): void {
  tf.unregisterKernel(kernelName, 'cpu');
  tf.registerKernel({ kernelName, backendName: 'cpu', kernelFunc: segmentSum });
}

function segmentSum({
  inputs,
  backend,
  attrs,
}: {
  inputs: tf.NamedTensorInfoMap;
  backend: unknown;
  attrs?: tf.NamedAttrMap;
}): tf.TensorInfo {
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const cpu = backend as CpuBackend;
  const [values, ids] = [cpu.data.get(x.dataId).values, cpu.data.get(segmentIds.dataId).values];
  const shape = [attrs!['numSegments'] as number, ...x.shape.slice(1)];
  const rowLength = ids.length === 0 ? 0 : values.length / ids.length;
  const sums = new Float32Array(arraySize(shape));
  for (let row = 0; row < ids.length; row++)
    for (let i = 0; i < rowLength; i++)
      if (ids[row]! >= 0) sums[ids[row]! * rowLength + i]! += values[row * rowLength + i]!;
  return cpu.makeTensorInfo(shape, x.dtype, sums);
}
