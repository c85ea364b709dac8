import { type DeviceName, defaultDevice, defaultEngine, deviceNames } from '../../engine/engine.ts';

/** Asks for whatever device there is. */
export const autoDevice = 'auto';

/** Names the device that was found to the processes which a command begins. */
const foundVariable = 'METAMER_FOUND_DEVICE';

/**
 * Turns `auto` into the name of a device: the first GPU that computes, else the processor; standard error says which, once
 * for a command and all its processes.
 *
 * @param asked - What `--device` and `--engine` ask for.
 * @returns The device; undefined where none was to be chosen.
 */
export async function chooseDevice({
  device,
  engine = defaultEngine,
}: {
  device?: string;
  engine?: string;
}): Promise<DeviceName | undefined> {
  if (device !== autoDevice) return undefined;
  const found = deviceNames.find((name) => name === process.env[foundVariable]);
  if (found) return found;
  const chosen = engine === defaultEngine ? await anyGpu() : undefined;
  process.stderr.write(
    chosen
      ? `device: ${chosen}\n`
      : `device: ${defaultDevice}, since no GPU answers; --device webgpu says why\n`,
  );
  process.env[foundVariable] = chosen ?? defaultDevice;
  return chosen ?? defaultDevice;
}

async function anyGpu(): Promise<DeviceName | undefined> {
  // Commands that ask for no device must not wait for what it takes.
  const { firstThatComputes } = await import('../../engine/firstThatComputes.ts');
  return firstThatComputes(deviceNames.filter((name) => name !== defaultDevice));
}
