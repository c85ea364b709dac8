import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { chooseDevice } from '../../../src/cli/terminal/chooseDevice.ts';
import { whyNotComputing } from '../../../src/engine/whyNotComputing.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';
import { captureOutput } from '../captureOutput.ts';
import { runMain } from '../runMain.ts';

afterEach(() => vi.unstubAllEnvs());

const hasCuda = (await whyNotComputing({ device: 'cuda' })) === undefined;

const found = 'METAMER_FOUND_DEVICE';
const noGpu = 'device: cpu, since no GPU answers; --device webgpu says why\n';

/** Runs a command on a device where Vulkan has no driver. */
function recognizing(device: string) {
  const folder = temporaryFolder();
  writeTinyModel(folder);
  const sound = join(folder, 'sound.npy');
  writeNpy(sound, tinySound());
  const words = ['recognize', sound, '--model', folder, '--device', device];
  return runMain(words, 'pipe', { VK_DRIVER_FILES: join(folder, 'none.json'), [found]: '' });
}

async function chosen(asked: Parameters<typeof chooseDevice>[0]) {
  const { result: device, stderr } = await captureOutput(() => chooseDevice(asked));
  return { device, stderr };
}

test('chooseDevice asks no device where the processor, another engine or a device that was found is named', async () => {
  vi.stubEnv(found, 'webgpu');
  const nothing = { device: undefined, stderr: '' };
  expect(await chosen({ device: 'webgpu' })).toEqual(nothing);
  expect(await chosen({ device: 'cuda', engine: 'tfjs' })).toEqual(nothing);
  expect(await chosen({ device: 'cpu' })).toEqual(nothing);
  expect(await chosen({})).toEqual(nothing);
});

test('chooseDevice takes the processor for an engine without GPUs, and says so once', async () => {
  vi.stubEnv(found, '');
  expect(await chosen({ device: 'auto', engine: 'tfjs' })).toEqual({ device: 'cpu', stderr: noGpu });
  expect(await chosen({ device: 'auto', engine: 'tfjs' })).toEqual({ device: 'cpu', stderr: '' });
});

test('chooseDevice takes what the command that began this process has found', async () => {
  vi.stubEnv(found, 'cuda');
  expect(await chosen({ device: 'auto' })).toEqual({ device: 'cuda', stderr: '' });
});

test.skipIf(!hasWebgpu)(
  'chooseDevice takes a WebGPU device whose driver writes lines and crashes when its process ends (skipped where there is no WebGPU device)',
  async () => {
    vi.stubEnv(found, '');
    const driver =
      "console.log('answer: none of yours'); process.on('exit', () => process.kill(process.pid, 'SIGSEGV'))";
    vi.stubEnv('NODE_OPTIONS', `--import data:text/javascript,${encodeURIComponent(driver)}`);
    expect(await chosen({ device: 'webgpu' })).toEqual({ device: undefined, stderr: '' });
  },
);

test.skipIf(!hasWebgpu)(
  'chooseDevice takes a WebGPU device that answers, and says so (skipped where there is no WebGPU device)',
  async () => {
    vi.stubEnv(found, '');
    expect(await chosen({ device: 'auto' })).toEqual({ device: 'webgpu', stderr: 'device: webgpu\n' });
  },
);

test.skipIf(hasCuda)(
  '--device cuda ends in one sentence with the library that is missing and what brings it (skipped where CUDA is)',
  () => {
    const { status, stderr } = recognizing('cuda');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^metamer: device cuda needs the library lib\S+, which is not on this machine; install .*, or use --device cpu\n$/,
    );
  },
);

test('--device webgpu ends in one sentence where no Vulkan driver is; none of the loader’s lines come between', () => {
  const { status, stderr } = recognizing('webgpu');
  // A machine may have a GPU that needs no Vulkan.
  if (status === 0) return;
  expect(status).toBe(2);
  expect(stderr).toMatch(/^metamer: device webgpu .*; install .*, or use --device cpu\n$/);
});

test('--device auto says in one line what it takes where no Vulkan driver is; none of the loader’s lines come between', () => {
  const { status, stderr } = recognizing('auto');
  expect(status).toBe(0);
  // A machine may have a GPU that needs no Vulkan.
  expect([noGpu, 'device: webgpu\n', 'device: cuda\n']).toContain(stderr);
});
