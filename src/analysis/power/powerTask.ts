/** A stretch of simulations of one number of participants. */
export interface PowerTask {
  participants: number;
  /** Simulations from … to − 1. */
  from: number;
  to: number;
}

/** How often each test was significant in a stretch. */
export type PowerCounts = Record<string, number>;
