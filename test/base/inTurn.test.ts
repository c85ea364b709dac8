import { expect, test } from 'vitest';
import { inTurn } from '../../src/base/inTurn.ts';

test('inTurn begins an action once the one before it of the same owner is done, also when it failed', async () => {
  const [owner, other] = [{}, {}];
  const seen: string[] = [];
  const step =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const first = inTurn(owner, step('first', true));
  const [second, third] = [inTurn(owner, step('second')), inTurn(owner, step('third'))];
  await inTurn(other, async () => seen.push('other'));
  await expect(first).rejects.toThrow('first');
  expect(await Promise.all([second, third])).toEqual(['second', 'third']);
  expect(seen.filter((event) => event !== 'other')).toEqual(
    ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
  expect(seen.indexOf('other')).toBeLessThan(seen.indexOf('second begins'));
});
