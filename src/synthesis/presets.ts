import { InputError } from '../base/inputError.ts';
import { levelScaledAdam, normalizedGradientDescent, type Optimizer } from './optimizer.ts';

/** How a synthesis is run. */
export interface SynthesisPreset {
  steps: number;
  optimizer: (steps: number) => Optimizer;
  /** The first share of the steps hears by a fast ear of this oversampling, where the model's has more. */
  coarse?: { oversampling: number; share: number };
}

/**
 * Standard deviation of the initial noise, linear amplitude: 1e-5, not the 1e-7 of the published code: there the envelopes of most channels lie below the
 * cochleagram's floor of 1e-8, where the gradient is zero, and the first step is blind to them.
 */
export const initialNoise = 1e-5;

/** Step size of ours, and how it remembers. */
const ours = { rate: 0.2, exponent: 1, momentum: 0.9, secondMomentum: 0.98, bins: 2048 };

/** Every preset by name. */
export const synthesisPresets = {
  /**
   * Ours: with five times fewer gradient evaluations it ends below the loss of `published-2023`, in the median over
   * seeds. At early and late stages 2,000 are enough; at conv3 shorter schedules end in worse minima more often
   * (`test/bench/README.md`).
   */
  fast: {
    steps: 4800,
    optimizer: (steps) => levelScaledAdam({ ...ours, floor: 3e-3, steps }),
    coarse: { oversampling: 2, share: 0.9 },
  },
  /**
   * For statistics of sounds with silent bands or gaps, which hear a band by itself however faint it is: each
   * coefficient's step fits the level right around it, down to −110 dB. Dense noises are better off with `fast`
   * (`test/bench/README.md`).
   */
  texture: {
    steps: 4800,
    optimizer: (steps) => levelScaledAdam({ ...ours, floor: 3e-6, reach: 0, steps }),
  },
  /** The method of Feather et al. (2023), Nature Neuroscience 26, 2017–2034, exactly, but for the initial noise; for sounds at RMS 0.1. */
  'published-2023': {
    steps: 24000,
    optimizer: () => normalizedGradientDescent({ length: 1, halveEvery: 3000 }),
  },
} as const satisfies Record<string, SynthesisPreset>;

/** Name of a preset. */
export type SynthesisPresetName = keyof typeof synthesisPresets;

/**
 * A preset by name.
 *
 * @param name - As the user gave it.
 * @throws InputError listing the presets there are.
 */
export function synthesisPreset(name: string): SynthesisPreset {
  if (!Object.hasOwn(synthesisPresets, name))
    throw new InputError(
      `preset '${name}' must be one of ${Object.keys(synthesisPresets).join(', ')}; choose one of them`,
    );
  return synthesisPresets[name as SynthesisPresetName];
}
