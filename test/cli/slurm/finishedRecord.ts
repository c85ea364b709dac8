/**
 * Text of a `run.json` that says what a run cost.
 *
 * @param cost - Wall-clock time, steps taken, memory.
 */
export function finishedRecord(cost: { seconds: number; steps: number; peakMemoryMiB: number }): string {
  return JSON.stringify({
    ...{ sound: 'a', stage: 'conv1', model: 'tiny', modelHash: '', objective: { weights: { conv1: 1 } } },
    criteria: { passed: true, predictedClass: null, verdict: 'passed' },
    ...cost,
  });
}
