import { compile } from './compile.ts';
import type { CompileOptions } from './engine.ts';

/**
 * Lets an engine double a number on a device.
 *
 * @param options - Engine and device; defaults as in {@link compile}.
 * @returns Why it cannot; undefined when it can.
 */
export async function whyNotComputing(options: CompileOptions): Promise<Error | undefined> {
  try {
    const program = await compile(
      ({ x }) => ({ y: x.mul(2) }),
      { x: { shape: [1] } },
      { ...options, threads: 1 },
    );
    const { y } = await program.run({ x: new Float32Array([21]) });
    await program.release();
    return y[0] === 42 ? undefined : new Error(`doubled 21 to ${y[0]}`);
  } catch (error) {
    return error as Error;
  }
}
