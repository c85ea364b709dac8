import { InputError } from '../base/inputError.ts';

/**
 * Refuses to go on with numbers that are none.
 *
 * @param loss - At the step.
 * @param hasFiniteGradient - Whether all of the gradient is finite.
 * @param step - Steps taken.
 * @throws InputError when loss or gradient are not finite.
 */
export function checkFinite(loss: number, hasFiniteGradient: boolean, step: number): void {
  if (Number.isFinite(loss) && hasFiniteGradient) return;
  const found = hasFiniteGradient ? `the loss is ${loss}` : `the gradient is not, with a loss of ${loss}`;
  throw new InputError(
    `synthesis: loss and gradient must be finite, at step ${step} ${found}; use another seed or sound, or report the model`,
  );
}
