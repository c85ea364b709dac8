import { expect, test } from 'vitest';
import { computingDevice, type Machine } from '../../src/bench/computingDevice.ts';
import type { DeviceName } from '../../src/engine/engine.ts';

const bare: Machine = {
  ...{ platform: 'linux', environment: {}, processor: 'Processor 9' },
  ...{ list: () => [], read: () => '', run: () => '' },
};
const files = (tree: Record<string, string>): Partial<Machine> => ({
  list: (folder) => [
    ...new Set(
      Object.keys(tree)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0]!),
    ),
  ],
  read: (path) => tree[path] ?? '',
});
const nvidia = {
  '/proc/driver/nvidia/gpus/0000:1b:00.0/information': 'Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 1\n',
  '/proc/driver/nvidia/gpus/0000:43:00.0/information': 'Model: \t\t NVIDIA A40\n',
};
const cards = {
  '/sys/class/drm/card0/device/uevent': 'DRIVER=amdgpu\nPCI_ID=1002:744C\n',
  '/sys/class/drm/card0-DP-1/device/uevent': 'PCI_ID=none\n',
};

test.each<[string, DeviceName, Partial<Machine>, string]>([
  ['the processor', 'cpu', files(nvidia), 'Processor 9'],
  ['NVIDIA’s driver names all', 'cuda', files(nvidia), 'NVIDIA H100 80GB HBM3, NVIDIA A40'],
  [
    'NVIDIA’s tool, where its files are hidden',
    'webgpu',
    { run: (command) => (command === 'nvidia-smi' ? 'NVIDIA L4\nNVIDIA L4\n' : '') },
    'NVIDIA L4',
  ],
  ['another card by its number', 'webgpu', files(cards), 'PCI device 1002:744C'],
  [
    'Apple',
    'webgpu',
    { platform: 'darwin', run: (command) => (command === 'sysctl' ? 'Apple M2\n' : '') },
    'Apple M2',
  ],
  [
    'Windows',
    'webgpu',
    { platform: 'win32', run: (command) => (command === 'powershell' ? 'Radeon\r\n' : '') },
    'Radeon',
  ],
  [
    'a device in software, on a machine with a GPU',
    'webgpu',
    { ...files(nvidia), environment: { VK_DRIVER_FILES: '/x/vk_swiftshader_icd.json' } },
    'in software (/x/vk_swiftshader_icd.json)',
  ],
  [
    'CUDA goes by no Vulkan driver',
    'cuda',
    { ...files(nvidia), environment: { VK_DRIVER_FILES: '/x/vk_swiftshader_icd.json' } },
    'NVIDIA H100 80GB HBM3, NVIDIA A40',
  ],
  ['nothing known', 'webgpu', {}, 'unknown on linux'],
])('computingDevice: %s', (_, device, machine, name) => {
  expect(computingDevice(device, { ...bare, ...machine })).toBe(name);
});
