import type { Random } from '../../base/random.ts';

/** Kinds of sources, in the order of the network's classes. */
export const sourceKinds = ['harmonic', 'noise'] as const;

/** Causes that are numbers, each with the range it is drawn from uniformly on a logarithmic scale. */
export const causeRanges = {
  /** Fundamental frequency of a harmonic source, Hz. */
  f0Hz: [80, 400],
  /** Center frequencies of the filter's two resonances, Hz. */
  formant1Hz: [250, 900],
  formant2Hz: [1000, 3000],
  /** From silence to the full level of the source, seconds. */
  attackSeconds: [0.005, 0.3],
  /** From onset to offset of the source, seconds. */
  durationSeconds: [0.3, 1],
  /** Time in which the room's reverberation falls by 60 dB, seconds. */
  reverberationSeconds: [0.1, 1.6],
} as const;

/** Name of a cause that is a number. */
export type CauseName = keyof typeof causeRanges;

/** Names of the causes that are numbers, in the order of the network's units. */
export const causeNames = Object.keys(causeRanges) as CauseName[];

/** What made a sound. */
export type Causes = Record<CauseName, number> & {
  source: (typeof sourceKinds)[number];
};

/**
 * Draws what makes a sound.
 *
 * @param random - Whence.
 * @returns Causes; a noise has a fundamental frequency that nothing comes of.
 */
export function drawCauses(random: Random): Causes {
  const source = random.pick(sourceKinds);
  const values = causeNames.map((name) => [name, valueAt(name, 2 * random.uniform() - 1)] as const);
  return { source, ...(Object.fromEntries(values) as Record<CauseName, number>) };
}

/**
 * Place of a cause within its range.
 *
 * @param value - In its own unit.
 * @returns −1 … 1 from one end to the other, on the logarithmic scale.
 */
export function placeOf(name: CauseName, value: number): number {
  const [low, high] = causeRanges[name];
  return (2 * Math.log(value / low)) / Math.log(high / low) - 1;
}

/**
 * Cause at a place of its range, the inverse of {@link placeOf}.
 *
 * @param place - −1 … 1; beyond, the range is continued.
 * @returns In the cause's unit.
 */
export function valueAt(name: CauseName, place: number): number {
  const [low, high] = causeRanges[name];
  return low * (high / low) ** ((place + 1) / 2);
}

/**
 * Whether a cause has an effect in a sound.
 *
 * @param causes - Of the sound.
 */
export function isEffective(name: CauseName, { source }: Causes): boolean {
  return name !== 'f0Hz' || source === 'harmonic';
}
