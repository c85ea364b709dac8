import { type DeviceName, defaultDevice, defaultEngine, deviceNames } from '../../engine/engine.ts';

/** Asks for whatever device there is. */
export const autoDevice = 'auto';

/**
 * Turns `auto` into the name of a device: the first GPU that computes, else the processor; standard error says which.
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
  const gpus = engine === defaultEngine ? deviceNames.filter((name) => name !== defaultDevice) : [];
  const chosen = await firstThatComputes(gpus);
  process.stderr.write(
    chosen
      ? `device: ${chosen}\n`
      : `device: ${defaultDevice}, since no GPU answers; --device webgpu says why\n`,
  );
  return chosen ?? defaultDevice;
}

async function firstThatComputes(devices: readonly DeviceName[]): Promise<DeviceName | undefined> {
  // Loads an engine, which commands that ask for no device must not wait for.
  const { whyNotComputing } = await import('../../engine/whyNotComputing.ts');
  for (const device of devices) if (!(await whyNotComputing({ device }))) return device;
  return undefined;
}
