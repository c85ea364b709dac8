import type { DescentProgram } from './descentProgram.ts';

/** Makes a program ready. */
export type Compile = () => Promise<DescentProgram>;

/**
 * Programs of which one at most is compiled at a time: beginning a synthesis with another one releases it. A synthesis must
 * be closed before that; each change costs a compilation.
 *
 * @param compiles - Make the programs ready.
 * @returns The programs, in the same order; releasing any releases what is compiled.
 */
export function oneCompiled(compiles: readonly Compile[]): DescentProgram[] {
  let compiled: { by: Compile; program: DescentProgram } | undefined;
  const release = async () => {
    const { program } = compiled ?? {};
    compiled = undefined;
    await program?.release();
  };
  return compiles.map((compile) => ({
    async begin(state, targets) {
      if (compiled?.by !== compile) {
        await release();
        compiled = { by: compile, program: await compile() };
      }
      return compiled.program.begin(state, targets);
    },
    release,
  }));
}
