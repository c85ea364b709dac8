import { InputError } from '../../base/inputError.ts';
import {
  type TrainingConfig,
  type TrainingConfigInput,
  trainingConfig,
} from '../../training/trainingConfig.ts';
import { counting, type Flag, type Flags, numberFlag } from '../command.ts';

/** Flags that set a training's `perturbation` over its configuration. */
export const perturbationFlags: readonly Flag[] = [
  {
    flag: '--perturbation <kind>',
    help: 'robust training: add adversarial perturbations to the excerpts, or random ones of the same size as a control (default: what the configuration says)',
    choices: ['adversarial', 'random', 'none'],
  },
  {
    flag: '--perturbation-space <space>',
    help: 'what is perturbed',
    choices: ['waveform', 'cochleagram'],
  },
  { flag: '--perturbation-norm <norm>', help: 'what the radius is measured by', choices: ['l2', 'linf'] },
  {
    flag: '--perturbation-radius <r>',
    help: 'largest norm (default: the published 1 for l2, 0.002 for linf)',
    parse: numberFlag('--perturbation-radius', { min: Number.MIN_VALUE }),
  },
  {
    flag: '--perturbation-step-size <s>',
    help: 'length of a gradient step (default: the published 0.5 for l2, 0.001 for linf)',
    parse: numberFlag('--perturbation-step-size', { min: Number.MIN_VALUE }),
  },
  {
    flag: '--perturbation-steps <n>',
    help: 'gradient steps (default: the published 5)',
    parse: numberFlag('--perturbation-steps', counting),
  },
];

/**
 * The configuration with what {@link perturbationFlags} say.
 *
 * @param config - The training's configuration.
 * @param flags - Parsed flags of the command.
 * @throws InputError for details of a perturbation where there is none.
 */
export function withPerturbation(config: TrainingConfig, flags: Flags): TrainingConfig {
  const kind = flags['perturbation'];
  const details = Object.entries({
    space: flags['perturbationSpace'],
    norm: flags['perturbationNorm'],
    radius: flags['perturbationRadius'],
    stepSize: flags['perturbationStepSize'],
    steps: flags['perturbationSteps'],
  }).filter(([, value]) => value !== undefined);
  if (kind === undefined && details.length === 0) return config;
  const { perturbation: before, ...rest } = config;
  const hasOne = kind === undefined ? before !== undefined : kind !== 'none';
  if (!hasOne && details.length > 0)
    throw new InputError(
      `--perturbation must be adversarial or random where its ${details[0]![0]} is set, got ${kind ?? 'none'}; add --perturbation adversarial or leave the others out`,
    );
  if (!hasOne) return rest;
  const given = Object.fromEntries(details);
  // Radius and step of one norm say nothing in another.
  const { radius: _, stepSize: __, ...scaleless } = before ?? {};
  const kept = 'norm' in given && given['norm'] !== before?.norm ? scaleless : before;
  const merged = { ...kept, ...(kind === undefined ? {} : { kind }), ...given };
  return trainingConfig({ ...rest, perturbation: merged } as TrainingConfigInput);
}
