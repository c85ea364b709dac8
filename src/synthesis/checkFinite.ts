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
  throw new InputError(
    `synthesis: loss and gradient must be finite, at step ${step} the loss is ${loss}, the gradient ${hasFiniteGradient ? 'finite' : 'not'}; use another seed or sound, or report the model`,
  );
}
