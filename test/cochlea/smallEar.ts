/** An ear small enough for tests: what differs from the published parameters. */
export const smallEar = {
  sampleRateHz: 8000,
  filters: 12,
  lowHz: 80,
  highHz: 3600,
  downsamplingTaps: 401,
};
