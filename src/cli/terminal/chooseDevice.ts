import { type DeviceName, defaultDevice, defaultEngine, deviceNames } from '../../engine/engine.ts';

/** Asks for whatever device there is. */
export const autoDevice = 'auto';

/** Names the device that was found to compute to the processes which a command begins. */
const foundVariable = 'METAMER_FOUND_DEVICE';

/**
 * Asks GPUs to compute, once for a command and all its processes. `auto` becomes the first that does, else the processor;
 * standard error says which.
 *
 * @param asked - What `--device` and `--engine` ask for.
 * @returns The device; undefined where none was to be chosen.
 * @throws InputError when the GPU that was named does not compute.
 */
export async function chooseDevice({
  device,
  engine = defaultEngine,
}: {
  device?: string;
  engine?: string;
}): Promise<DeviceName | undefined> {
  const found = deviceNames.find((name) => name === process.env[foundVariable]);
  if (device !== autoDevice) {
    const gpu = gpus.find((name) => name === device);
    if (!gpu || gpu === found || engine !== defaultEngine) return undefined;
    const failure = await ask(gpu);
    if (failure) throw failure;
    process.env[foundVariable] = gpu;
    return undefined;
  }
  if (found) return found;
  const chosen = engine === defaultEngine ? await firstThatComputes() : undefined;
  process.stderr.write(
    chosen
      ? `device: ${chosen}\n`
      : `device: ${defaultDevice}, since no GPU answers; --device webgpu says why\n`,
  );
  process.env[foundVariable] = chosen ?? defaultDevice;
  return chosen ?? defaultDevice;
}

const gpus = deviceNames.filter((name) => name !== defaultDevice);

async function firstThatComputes(): Promise<DeviceName | undefined> {
  const failures = await Promise.all(gpus.map(ask));
  return gpus.find((_, i) => !failures[i]);
}

async function ask(device: DeviceName): Promise<Error | undefined> {
  // Commands that ask for no device must not wait for what it takes.
  const { askDevice } = await import('../../engine/askDevice.ts');
  return askDevice(device);
}
