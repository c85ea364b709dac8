import { parentPort, workerData } from 'node:worker_threads';
import type { CompletePlan } from './plan.ts';
import { type PowerTask, significantTests } from './significantTests.ts';

const count = significantTests(workerData as CompletePlan);
parentPort!.on('message', (task: PowerTask) => parentPort!.postMessage(count(task)));
