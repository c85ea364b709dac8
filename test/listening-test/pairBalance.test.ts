import { describe, expect, test } from 'vitest';
import { balancedPlaces, conditionLists } from '../../listening-test/assignment/conditionLists.ts';

const conditions = ['natural', 'net/a', 'net/b', 'net/c'];
const versions = Array.from({ length: 24 }, (_, source) =>
  conditions.map((condition) => ({
    id: `${source} ${condition}`,
    sourceId: `s${source}`,
    condition,
  })),
).flat();
const conditionOf = (id: string) => id.slice(id.indexOf(' ') + 1);
const counts = (list: readonly string[]) =>
  conditions.map((condition) => list.filter((id) => conditionOf(id) === condition).length);

describe('conditionLists', () => {
  test.each([
    [null, 4, [6, 6, 6, 6]],
    [0.5, 6, [12, 4, 4, 4]],
    [0.25, 4, [6, 6, 6, 6]],
    [0.75, 12, [18, 2, 2, 2]],
    [0.1, 4, [6, 6, 6, 6]],
  ])(
    'natural sounds with a share of %s make %i lists with %j of each condition',
    (naturalShare, count, each) => {
      const lists = conditionLists(versions, { seed: 3, sourcesPerParticipant: null, naturalShare });
      expect(lists).toHaveLength(count);
      for (const list of lists) expect(counts(list)).toEqual(each);
      const heard = lists.flat();
      for (const { id, condition } of versions)
        if (condition !== 'natural') expect(heard.filter((other) => other === id)).toHaveLength(1);
    },
  );
});

describe('balancedPlaces', () => {
  test.each([
    [null, null],
    [0.5, null],
    [0.5, 12],
  ])(
    'counts up within each condition of each list (natural share %s, %s sources each)',
    (naturalShare, each) => {
      const options = { seed: 3, sourcesPerParticipant: each, naturalShare };
      const placeOf = balancedPlaces(versions, options);
      for (const list of conditionLists(versions, options))
        for (const condition of conditions.slice(1)) {
          const own = list.filter((id) => conditionOf(id) === condition);
          const places = own.map((id) => placeOf(`s${id.split(' ')[0]}`, condition)).sort((a, b) => a - b);
          expect(places).toEqual(places.map((_, i) => places[0]! + i));
        }
    },
  );

  test('a source is played in both orders over its conditions', () => {
    const placeOf = balancedPlaces(versions, { seed: 3, sourcesPerParticipant: null, naturalShare: 0.5 });
    for (let source = 0; source < 24; source++) {
      const orders = conditions.slice(1).map((condition) => placeOf(`s${source}`, condition) % 2);
      expect(new Set(orders).size).toBe(2);
    }
  });
});
