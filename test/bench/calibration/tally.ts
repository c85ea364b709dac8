/** Hits and tries of each thing that is counted. */
export type Tally = Record<string, { hits: number; tries: number }>;

/** Counts one try. */
export type Count = (what: string, hit: boolean) => void;

/** A way to count into a tally. */
export function counterOf(tally: Tally): Count {
  return (what, hit) => {
    tally[what] ??= { hits: 0, tries: 0 };
    tally[what].tries += 1;
    tally[what].hits += Number(hit);
  };
}

/** Whether an interval holds a value; undefined intervals hold none and are left out by their callers. */
export const holds = ({ low, high }: { low: number; high: number }, value: number) =>
  low <= value && value <= high;
