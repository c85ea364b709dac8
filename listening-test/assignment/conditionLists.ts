import { createRandom } from '../../src/base/random.ts';

/** What a list is made of: one version of one source. */
export interface SourceVersion {
  id: string;
  sourceId: string;
  condition: string;
}

/**
 * Condition lists by a Latin square: list l gives source s the condition (π(s) + l) mod C, with π a balanced random
 * permutation. So no list holds two versions of a source, each list has every condition equally often (±1), and over C
 * lists each source × condition stands once.
 *
 * @param versions - Every version of every source; a missing one leaves its place empty.
 * @param options - Seed of π; sources a participant hears (null: all), which splits the sources into groups with C
 *   lists each.
 * @returns Ids of the versions, one array a list.
 */
export function conditionLists(
  versions: readonly SourceVersion[],
  options: { seed: number; sourcesPerParticipant: number | null },
): string[][] {
  const conditions = [...new Set(versions.map(({ condition }) => condition))].sort();
  const sources = [...new Set(versions.map(({ sourceId }) => sourceId))].sort();
  const idOf = new Map(versions.map(({ id, sourceId, condition }) => [cellKey(sourceId, condition), id]));
  const shuffled = createRandom(options.seed).shuffled(sources);
  return groupsOf(shuffled, options.sourcesPerParticipant ?? shuffled.length).flatMap((group) =>
    conditions.map((_, list) =>
      group.flatMap((source, place) => {
        const id = idOf.get(cellKey(source, conditions[(place + list) % conditions.length]!));
        return id === undefined ? [] : [id];
      }),
    ),
  );
}

const cellKey = (sourceId: string, condition: string) => JSON.stringify([sourceId, condition]);

function groupsOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.max(1, Math.ceil(items.length / size));
  return Array.from({ length: count }, (_, group) =>
    items.filter((_, place) => Math.floor((place * count) / items.length) === group),
  );
}
