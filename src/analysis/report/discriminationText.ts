import type { Discrimination, ObserverDiscrimination } from '../discrimination/analyzeDiscrimination.ts';
import { curveTitle } from './names.ts';

/**
 * The result in one sentence, plain text.
 *
 * @param discrimination - The task's results.
 */
export function discriminationAnswer(discrimination: Discrimination): string {
  const human = discrimination.observers.find(({ observer }) => observer === 'human');
  const lines = human ? sensitivities(human) : [];
  const title = curveTitle(discrimination);
  if (lines.length === 0 || lines.every(({ value }) => !Number.isFinite(value)))
    return `${title}: how well listeners tell the sounds apart is not estimable.`;
  const shown = lines.map(
    ({ level, value, isBound }) =>
      `${isBound ? 'at least ' : ''}${value.toFixed(2).replace('-', '−')} at ${level}`,
  );
  return `${title}: listeners tell them from the original with d′ ${shown.join(', ')}.`;
}

/** Sensitivity of an observer at a level. */
export interface Sensitivity {
  observer: string;
  level: string;
  /** d′; NaN where it cannot be told. */
  value: number;
  /** Whether it is a lower bound. */
  isBound: boolean;
  /** Interval; NaN where there is no end. */
  low: number;
  high: number;
}

/**
 * Sensitivities of either design in one form.
 *
 * @param observer - One observer's results.
 */
export function sensitivities({ observer, detection, choice }: ObserverDiscrimination): Sensitivity[] {
  return [
    ...detection.map(({ level, sensitivity, sensitivityInterval, isAtLimit }) => ({
      ...{ observer, level, value: sensitivity, isBound: isAtLimit },
      ...sensitivityInterval,
    })),
    ...choice.map(({ level, sensitivity, sensitivityInterval, proportionCorrect }) => ({
      ...{ observer, level, value: sensitivity, isBound: proportionCorrect === 1 },
      ...sensitivityInterval,
    })),
  ];
}

/**
 * How sensitivities were found, as paragraphs of the methods text.
 *
 * @param discrimination - All such tasks.
 */
export function discriminationMethods(discrimination: readonly Discrimination[]): string[] {
  const has = (design: Discrimination['design']) => discrimination.some((task) => task.design === design);
  const [ofPairs, ofChanges] = [has('same-different'), has('detection')];
  return [
    ...(ofPairs || ofChanges
      ? [
          `${[...(ofPairs ? ['Same–different answers (the signal: a difference)'] : []), ...(ofChanges ? ['Yes–no answers (the signal: the change)'] : [])].join(' and ')} were analyzed by detection theory: d′ = z(H) − z(F) and c = −½ (z(H) + z(F)) with the log-linear correction (half an answer of each kind added; Hautus 1995) from the answers of all listeners together. Listeners whose criteria differ lose d′ by pooling (Macmillan & Kaplan 1985): with criteria of variance σ², z shrinks by √(1 + σ²); σ² was found from how often two answers of one listener agree, and z given back. Intervals are those of a bootstrap over listeners and sources with its correction (Schütt et al. 2023).`,
        ]
      : []),
    ...(ofPairs
      ? [
          'The distance of the two sounds of a pair is given for a listener who judges the difference of two observations and for one who judges each by itself (Macmillan & Creelman 2005, ch. 9).',
        ]
      : []),
    ...(has('forced-choice')
      ? [
          'Choices among m sounds were turned into d′ by inverting p = ∫ φ(x − d′) Φ(x)^(m − 1) dx (Green & Dai 1991), listeners pooled, with the interval of the proportion (over listeners and sources) on the same scale.',
        ]
      : []),
  ];
}

/** References of {@link discriminationMethods}. */
export const discriminationReferences: readonly string[] = [
  'Green, D. M. & Dai, H. (1991). Probability of being correct with 1 of M orthogonal signals. Perception & Psychophysics 49, 100–101.',
  'Hautus, M. J. (1995). Corrections for extreme proportions and their biasing effects on estimated values of d′. Behavior Research Methods 27, 46–51.',
  'Macmillan, N. A. & Creelman, C. D. (2005). Detection Theory: A User’s Guide, 2nd ed. Erlbaum.',
  'Macmillan, N. A. & Kaplan, H. L. (1985). Detection theory analysis of group data. Psychological Bulletin 98, 185–199.',
];
