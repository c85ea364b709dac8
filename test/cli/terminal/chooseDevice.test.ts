import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { chooseDevice } from '../../../src/cli/terminal/chooseDevice.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';
import { captureOutput } from '../captureOutput.ts';
import { runMain } from '../runMain.ts';

afterEach(() => vi.unstubAllEnvs());

const found = 'METAMER_FOUND_DEVICE';
const noGpu = 'device: cpu, since no GPU answers; --device webgpu says why\n';

async function chosen(asked: Parameters<typeof chooseDevice>[0]) {
  const { result: device, stderr } = await captureOutput(() => chooseDevice(asked));
  return { device, stderr };
}

test('chooseDevice leaves a device that was named alone', async () => {
  expect(await chosen({ device: 'webgpu' })).toEqual({ device: undefined, stderr: '' });
  expect(await chosen({})).toEqual({ device: undefined, stderr: '' });
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
  'chooseDevice takes a WebGPU device that answers, and says so (skipped where there is no WebGPU device)',
  async () => {
    vi.stubEnv(found, '');
    expect(await chosen({ device: 'auto' })).toEqual({ device: 'webgpu', stderr: 'device: webgpu\n' });
  },
);

test('--device auto says in one line what it takes where no Vulkan driver is; none of the loader’s lines come between', () => {
  const folder = temporaryFolder();
  writeTinyModel(folder);
  const sound = join(folder, 'sound.npy');
  writeNpy(sound, tinySound());
  const words = ['recognize', sound, '--model', folder, '--device', 'auto'];
  const { status, stderr } = runMain(words, 'pipe', {
    VK_DRIVER_FILES: join(folder, 'none.json'),
    [found]: '',
  });
  expect(status).toBe(0);
  // A machine may have a GPU that needs no Vulkan.
  expect([noGpu, 'device: webgpu\n', 'device: cuda\n']).toContain(stderr);
});
