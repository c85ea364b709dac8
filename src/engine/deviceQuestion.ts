import { answerMark } from './devices.ts';
import type { DeviceName } from './engine.ts';
import { ort } from './onnxRuntime.ts';
import './onnxSession.ts';
import { whyNotComputing } from './whyNotComputing.ts';

// A process of its own, which asks the device on its command line. The name of a missing library ONNX Runtime tells standard
// error alone.
ort.env.logLevel = 'error';
const failure = await whyNotComputing({ device: process.argv[1] as DeviceName });
const reason = failure && String((failure.cause as Error | undefined)?.message ?? failure.message);
process.stdout.write(`\n${answerMark}${reason ?? ''}\n`);
