import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { DeviceName } from '../engine/engine.ts';

/** What is asked about a machine to name its devices. */
export interface Machine {
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  /** Names of the files in a folder; none where it isn't there. */
  list(folder: string): string[];
  /** Text of a file; empty where it isn't there. */
  read(path: string): string;
  /** What a command prints; empty where it fails. */
  run(command: string, args: readonly string[]): string;
  processor: string;
}

const nvidiaFolder = '/proc/driver/nvidia/gpus';
const cardFolder = '/sys/class/drm';

/**
 * What computes, by the name that its maker gave it, as far as the system tells.
 *
 * @param device - Where ONNX Runtime computes.
 * @returns Several names where the machine has several; ONNX Runtime takes one of them.
 */
export function computingDevice(device: DeviceName, machine: Machine = thisMachine): string {
  if (device === 'cpu') return machine.processor;
  // Vulkan is told by these which drivers to use, whatever hardware there is.
  const driver = machine.environment['VK_DRIVER_FILES'] ?? machine.environment['VK_ICD_FILENAMES'] ?? '';
  if (device === 'webgpu' && /swiftshader|lvp_icd/.test(driver)) return `in software (${driver})`;
  const names = [...new Set(namesOf(machine))];
  return names.length > 0 ? names.join(', ') : `unknown on ${machine.platform}`;
}

function namesOf({ platform, list, read, run }: Machine): string[] {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  if (platform === 'darwin') return lines(run('sysctl', ['-n', 'machdep.cpu.brand_string']));
  if (platform === 'win32')
    return lines(
      run('powershell', ['-NoProfile', '-Command', '(Get-CimInstance Win32_VideoController).Name']),
    );
  const nvidia = list(nvidiaFolder).flatMap(
    (gpu) =>
      read(join(nvidiaFolder, gpu, 'information'))
        .match(/^Model:\s*(.+)$/m)?.[1]
        ?.trim() ?? [],
  );
  if (nvidia.length > 0) return nvidia;
  const asked = lines(run('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']));
  if (asked.length > 0) return asked;
  return list(cardFolder)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) => {
      const id = read(join(cardFolder, card, 'device', 'uevent')).match(/^PCI_ID=(.+)$/m)?.[1];
      return id === undefined ? [] : [`PCI device ${id}`];
    });
}

const thisMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  list: (folder) => orElse(() => readdirSync(folder), []),
  read: (path) => orElse(() => readFileSync(path, 'utf8'), ''),
  run: (command, args) =>
    orElse(() => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), ''),
  processor: cpus()[0]?.model ?? 'unknown',
};

function orElse<T>(look: () => T, without: T): T {
  try {
    return look();
  } catch {
    return without;
  }
}
