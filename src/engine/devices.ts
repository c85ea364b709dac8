import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/inputError.ts';
import type { DeviceName } from './engine.ts';

/** Begins the line in which a device's own process says why it cannot compute, nothing where it can; drivers write lines too. */
export const answerMark = 'answer: ';

/** Libraries that devices need, by the package that brings them. */
const packages: readonly (readonly [RegExp, string])[] = [
  [/^libvulkan\./, 'libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora)'],
  [
    /^libonnxruntime_providers_(cuda|shared)/,
    'onnxruntime-node again, with ONNXRUNTIME_NODE_INSTALL=cuda12 set',
  ],
  [/^libcudnn/, "cuDNN 9 for CUDA 12 (cudnn9-cuda-12 in NVIDIA's repositories)"],
  [/^lib(cu|nv)/, "CUDA 12 (cuda-toolkit-12 in NVIDIA's repositories)"],
];

const loaderFolders = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib'];
const machineFolders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'];

/**
 * What a device lacks, as an error that says how to get it.
 *
 * @param cause - What ONNX Runtime threw when it was asked for it.
 * @param options - `said`: what it wrote to standard error; `hasVulkan`: whether the Vulkan loader, which WebGPU on Linux
 *   needs, is there.
 * @returns The error to throw.
 */
export function missingDevice(
  device: DeviceName,
  cause: unknown,
  { said = '', hasVulkan = hasVulkanLoader() }: { said?: string; hasVulkan?: boolean } = {},
): InputError {
  const options = { cause, remedy: { device: 'cpu' } };
  // Native messages begin with file, line and condition of ONNX Runtime's own code.
  const [line = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
  const reason = line.replace(/^.*was false\. /, '');
  if (/fallback to CPU EP/.test(reason))
    return new InputError(
      `device ${device} must run every op of a graph, but this one has ops that it lacks; compute it on the processor`,
      options,
    );
  const refused = `${reason}\n${said}`.match(/([\w+-]+\.so[.\d]*): cannot open/)?.[1];
  const library = device === 'webgpu' && !hasVulkan ? vulkan : refused;
  if (library !== undefined) {
    const source = packages.find(([pattern]) => pattern.test(library))?.[1] ?? 'its driver';
    return new InputError(
      `device ${device} needs the library ${library}, which is not on this machine; install ${source}`,
      options,
    );
  }
  const driver =
    device === 'webgpu'
      ? "the GPU's Vulkan driver (NVIDIA's own, with libegl1 and libgl1; mesa-vulkan-drivers for AMD and Intel)"
      : 'its driver';
  return new InputError(
    `device ${device} must be on this machine and known to ONNX Runtime, but it answers '${reason}'; install ${driver}`,
    options,
  );
}

/**
 * Whether ONNX Runtime refused a graph that no device takes, which is nobody's to mend but ours.
 *
 * @param cause - What it threw.
 */
export function isOfGraph(cause: unknown): boolean {
  return /InferenceError\]|invalid model|not a registered function\/op/i.test(String(cause));
}

const vulkan = 'libvulkan.so.1';

function hasVulkanLoader(): boolean {
  if (process.platform !== 'linux') return true;
  const asked = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const folders = loaderFolders.flatMap((folder) => [
    folder,
    ...machineFolders.map((each) => join(folder, each)),
  ]);
  return [...asked, ...folders].some((folder) => existsSync(join(folder, vulkan)));
}
