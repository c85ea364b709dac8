import type { DeviceName } from './engine.ts';
import { ort } from './onnxRuntime.ts';
import './onnxSession.ts';
import { whyNotComputing } from './whyNotComputing.ts';

// A process of its own: it prints why the device on its command line cannot compute, nothing where it can. The name of a
// missing library ONNX Runtime tells standard error alone.
ort.env.logLevel = 'error';
const failure = await whyNotComputing({ device: process.argv[1] as DeviceName });
if (failure) process.stdout.write(String((failure.cause as Error | undefined)?.message ?? failure.message));
