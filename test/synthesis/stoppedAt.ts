import { expect } from 'vitest';
import type { SynthesisProgress } from '../../src/synthesis/descend.ts';
import { synthesizeMetamer } from '../../src/synthesis/synthesizeMetamer.ts';

/**
 * Stops a synthesis after one of its steps.
 *
 * @param options - Of the synthesis.
 * @param stopAfter - Steps taken by then.
 * @returns Where it stood.
 */
export async function stoppedAt(
  model: Parameters<typeof synthesizeMetamer>[0],
  reference: Float32Array,
  options: Parameters<typeof synthesizeMetamer>[2],
  stopAfter: number,
): Promise<SynthesisProgress> {
  const stop = new AbortController();
  let stood: SynthesisProgress | undefined;
  const broken = synthesizeMetamer(model, reference, {
    ...options,
    signal: stop.signal,
    onStep: async ({ step, progress }) => {
      if (step !== stopAfter) return;
      stood = await progress();
      stop.abort(new Error('stopped'));
    },
  });
  await expect(broken).rejects.toThrow('stopped');
  return stood!;
}
