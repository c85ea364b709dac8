import { expect, test } from 'vitest';
import type { DescentProgram } from '../../src/synthesis/descentProgram.ts';
import { oneCompiled } from '../../src/synthesis/oneCompiled.ts';

/** Two programs that note what is done with them. */
function noted() {
  const said: string[] = [];
  const programs = oneCompiled(
    ['fine', 'coarse'].map((name) => async (): Promise<DescentProgram> => {
      said.push(`compile ${name}`);
      return {
        async begin(state) {
          said.push(`${name} at ${state.step}`);
          return undefined as never;
        },
        async release() {
          said.push(`release ${name}`);
        },
      };
    }),
  ) as [DescentProgram, DescentProgram];
  const at = (step: number) => ({ step }) as never;
  return { said, programs, at };
}

test('oneCompiled compiles what is begun with, and releases the other before', async () => {
  const { said, programs, at } = noted();
  const [fine, coarse] = programs;
  await coarse.begin(at(0), []);
  await fine.begin(at(9), []);
  await fine.begin(at(10), []);
  await coarse.begin(at(1), []);
  expect(said).toEqual([
    ...['compile coarse', 'coarse at 0', 'release coarse', 'compile fine', 'fine at 9', 'fine at 10'],
    ...['release fine', 'compile coarse', 'coarse at 1'],
  ]);
});

test('oneCompiled releases once what is compiled, whichever is asked, and nothing before', async () => {
  const { said, programs, at } = noted();
  const [fine, coarse] = programs;
  await Promise.all([fine.release(), coarse.release()]);
  expect(said).toEqual([]);
  await coarse.begin(at(0), []);
  await Promise.all([fine.release(), coarse.release()]);
  await fine.begin(at(2), []);
  expect(said).toEqual(['compile coarse', 'coarse at 0', 'release coarse', 'compile fine', 'fine at 2']);
});
