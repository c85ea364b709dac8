// What is published has these parts of TensorFlow.js built in, as bundleTensorFlow.mjs says.
import './tensorFlowQuiet.mjs';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';

export * from '@tensorflow/tfjs-backend-cpu';
export * from '@tensorflow/tfjs-core';
