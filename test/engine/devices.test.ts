import { expect, test } from 'vitest';
import { isOfGraph, missingDevice } from '../../src/engine/devices.ts';
import type { DeviceName } from '../../src/engine/engine.ts';

const rules: [string, DeviceName, string, { hasVulkan?: boolean; told: RegExp }][] = [
  [
    'a graph that a device cannot run whole',
    'webgpu',
    'nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled',
    { told: /^device webgpu must run every op/ },
  ],
  [
    'no Vulkan loader',
    'webgpu',
    'x was false. Failed to get a WebGPU adapter: No supported adapters',
    { hasVulkan: false, told: /needs the library libvulkan\.so\.1, .*install libvulkan1/ },
  ],
  [
    'a loader without a driver',
    'webgpu',
    'x was false. Failed to get a WebGPU adapter: No supported adapters',
    {
      told: /answers 'Failed to get a WebGPU adapter: No supported adapters'; install the GPU's Vulkan driver/,
    },
  ],
  [
    'no CUDA runtime',
    'cuda',
    'Failed to load library with error: libcudart.so.12: cannot open shared object file',
    { told: /needs the library libcudart\.so\.12, .*install CUDA 12 \(cuda-toolkit-12 in NVIDIA's/ },
  ],
  [
    'no cuDNN',
    'cuda',
    'Failed to load library with error: libcudnn.so.9: cannot open shared object file',
    { told: /libcudnn\.so\.9, .*install cuDNN 9 for CUDA 12 \(cudnn9-cuda-12 in NVIDIA's/ },
  ],
  [
    'no part of ONNX Runtime for CUDA',
    'cuda',
    'Failed with error: libonnxruntime_providers_shared.so: cannot open shared object file',
    { told: /ONNXRUNTIME_NODE_INSTALL=cuda12/ },
  ],
];

for (const [name, device, message, { hasVulkan = true, told }] of rules)
  test(`missingDevice tells ${name} in one sentence, with the processor as a way out`, () => {
    const error = missingDevice(device, new Error(`${message}\nmore`), { hasVulkan });
    expect(error.message).toMatch(told);
    expect(error.message).toMatch(/device: 'cpu'$/);
    expect(error.message).not.toContain('\n');
  });

test('missingDevice takes the library from standard error where the message names none', () => {
  const said = 'Failed to load library with error: libcurand.so.10: cannot open shared object file';
  expect(missingDevice('cuda', new Error('Failed to load shared library'), { said }).message).toMatch(
    /needs the library libcurand\.so\.10, .*install CUDA 12/,
  );
});

test('missingDevice asks nobody with CUDA for Vulkan', () => {
  expect(missingDevice('cuda', new Error('no such device'), { hasVulkan: false }).message).not.toContain(
    'vulkan',
  );
});

test.each<[string, boolean]>([
  ['Node () Op (Conv) [ShapeInferenceError] Attribute pads must not contain negative values', true],
  ['Node () Op (Mul) [TypeInferenceError] Inferred elem type differs', true],
  ['Fatal error: com.example:Odd(-1) is not a registered function/op', true],
  ['This is an invalid model. In Node, (node:0:0, Conv), Error Node has input size 4', true],
  ['x was false. Failed to get a WebGPU adapter: No supported adapters', false],
  [
    'nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled',
    false,
  ],
  ['Failed to load library with error: libcudart.so.12: cannot open shared object file', false],
])('isOfGraph tells a graph that no device takes from a device that is not there: %s', (message, isOurs) => {
  expect(isOfGraph(new Error(message))).toBe(isOurs);
});
