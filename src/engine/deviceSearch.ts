import type { DeviceName } from './engine.ts';
import { whyNotComputing } from './whyNotComputing.ts';

// A process of its own: it prints the first of the devices on its command line that computes.
for (const device of process.argv.slice(1) as DeviceName[])
  if (!(await whyNotComputing({ device }))) {
    process.stdout.write(device);
    break;
  }
