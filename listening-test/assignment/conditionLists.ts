import { createRandom } from '../../src/base/random.ts';
import { naturalCondition } from '../../src/records/conditions.ts';

/** What a list is made of: one version of one source. */
export interface SourceVersion {
  id: string;
  sourceId: string;
  condition: string;
}

/** How sources are spread over lists. */
export interface ListOptions {
  /** Of the permutation of the sources. */
  seed: number;
  /** Sources a participant hears; null: all, else the sources are split into groups with lists of their own. */
  sourcesPerParticipant: number | null;
  /** Share of the trials that natural sounds should have; null: that of any other condition. */
  naturalShare?: number | null;
}

/**
 * Condition lists by a Latin square: list l gives source s the condition (π(s) + l) mod C, with π a balanced random
 * permutation. So no list holds two versions of a source, each list has every condition equally often (±1), and over C
 * lists each source × condition stands once. Natural sounds count as several conditions where they should be more often.
 *
 * @param versions - Every version of every source; a missing one leaves its place empty.
 * @param options - Seed, sources a participant hears, share of natural sounds.
 * @returns Ids of the versions, one array a list.
 */
export function conditionLists(versions: readonly SourceVersion[], options: ListOptions): string[][] {
  const columns = columnsOf(versions, options);
  const idOf = new Map(versions.map(({ id, sourceId, condition }) => [cellKey(sourceId, condition), id]));
  return sourceGroups(versions, options).flatMap((group) =>
    columns.map((_, list) =>
      group.flatMap((source, place) => {
        const id = idOf.get(cellKey(source, columns[(place + list) % columns.length]!));
        return id === undefined ? [] : [id];
      }),
    ),
  );
}

/**
 * A number for every version by which orders and answers are balanced: within each condition of a list it counts up by
 * one, and it differs between the conditions of a source.
 *
 * @param versions - Every version of every source.
 * @param options - As for {@link conditionLists}.
 * @returns The number of a source in a condition.
 */
export function balancedPlaces(
  versions: readonly Omit<SourceVersion, 'id'>[],
  options: ListOptions,
): (sourceId: string, condition: string) => number {
  const columns = columnsOf(versions, options);
  const places = new Map(
    sourceGroups(versions, options).flatMap((group) => group.map((source, place) => [source, place])),
  );
  return (sourceId, condition) =>
    Math.floor(places.get(sourceId)! / columns.length) + columns.indexOf(condition);
}

function columnsOf(
  versions: readonly Omit<SourceVersion, 'id'>[],
  { naturalShare = null }: ListOptions,
): string[] {
  const conditions = [...new Set(versions.map(({ condition }) => condition))].sort();
  const others = conditions.length - 1;
  if (naturalShare === null || others === 0 || !conditions.includes(naturalCondition)) return conditions;
  const repeats = Math.max(1, Math.round((others * naturalShare) / (1 - naturalShare)));
  return conditions.flatMap((condition) =>
    condition === naturalCondition ? Array<string>(repeats).fill(condition) : [condition],
  );
}

function sourceGroups(
  versions: readonly Omit<SourceVersion, 'id'>[],
  { seed, sourcesPerParticipant }: ListOptions,
): string[][] {
  const sources = [...new Set(versions.map(({ sourceId }) => sourceId))].sort();
  const shuffled = createRandom(seed).shuffled(sources);
  return groupsOf(shuffled, sourcesPerParticipant ?? shuffled.length);
}

const cellKey = (sourceId: string, condition: string) => JSON.stringify([sourceId, condition]);

function groupsOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.max(1, Math.ceil(items.length / size));
  return Array.from({ length: count }, (_, group) =>
    items.filter((_, place) => Math.floor((place * count) / items.length) === group),
  );
}
