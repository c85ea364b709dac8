/** States by which the experimenter picks participants. */
export const participantFilters = [
  'all',
  'active',
  'silent',
  'complete',
  'screened-out',
  'left',
  'timed-out',
  'excluded',
] as const;
