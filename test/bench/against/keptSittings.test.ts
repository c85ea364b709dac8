import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptSittings } from '../../../src/bench/against/keptSittings.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const measured = { machine: { cores: 2 }, versions: { torch: '9.9' }, threads: 2, repeats: 3 };
const rows = [
  { row: 'step', theirs: { clock: [9, 8], processor: [7, 6] }, ours: { clock: [3, 2], processor: [1, 4] } },
];

function kept(): string {
  const path = join(temporaryFolder(), 'against.json');
  writeFileSync(path, JSON.stringify({ ...measured, sittings: 2, rows }));
  return path;
}

test('keptSittings gives each sitting of each row, and none where there is no file', () => {
  const times = (clock: number, processor: number) => ({ clock: [clock], processor: [processor] });
  expect([...keptSittings(kept(), measured)]).toEqual([
    ['step', { theirs: [times(9, 7), times(8, 6)], ours: [times(3, 1), times(2, 4)] }],
  ]);
  expect(keptSittings(undefined, measured).size).toBe(0);
  expect(keptSittings(join(temporaryFolder(), 'none.json'), measured).size).toBe(0);
});

test.each([
  ['machine', { cores: 4 }],
  ['versions', { torch: '9.8' }],
  ['threads', 1],
  ['repeats', 4],
])('keptSittings refuses sittings of another %s', (name, other) => {
  expect(() => keptSittings(kept(), { ...measured, [name]: other })).toThrow(
    new RegExp(`must hold sittings with the ${name} .*; remove it to begin anew, or name another file$`),
  );
});
