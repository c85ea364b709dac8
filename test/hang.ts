/** Waiting this long, ms, means that something hangs: no test may fail because a machine is slow. */
export const hangMs = 300_000;
