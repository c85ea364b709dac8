import { existsSync } from 'node:fs';
import { compile } from '../src/engine/compile.ts';
import { tf } from '../src/engine/tf.ts';
import { temporaryFolder } from './temporaryFolder.ts';

// The Vulkan device in software that Chromium brings serves where no GPU is.
const softwareDevice = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(softwareDevice)) process.env['VK_DRIVER_FILES'] ??= softwareDevice;
process.env['XDG_RUNTIME_DIR'] ??= temporaryFolder();

/** Whether a WebGPU device answers here, on a GPU or in software. */
export const hasWebgpu = await compile(
  ({ x }) => ({ y: tf.neg(x) }),
  { x: { shape: [1] } },
  { device: 'webgpu' },
).then(
  (program) => program.release().then(() => true),
  () => false,
);
