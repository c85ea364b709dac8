import type { Evaluation } from '../../../synthesis/gradientProgram.ts';
import { dot, mixed, norm } from '../vectors.ts';
import type { DistanceProgram } from './differentiationProgram.ts';
import type { DifferentiationAim } from './differentiationRecord.ts';

/**
 * Where a step leads: along what the held observer does not notice, and back to its distance.
 *
 * @param distances - Of both observers, log of the distance with its gradient.
 * @param aim - Which is held, where the other is pushed, and `at`: the held one's log distance.
 * @returns What a descent goes down by.
 */
export function differentiationPull(
  distances: Awaited<ReturnType<DistanceProgram['distances']>>,
  { held, push, at }: Pick<DifferentiationAim, 'held' | 'push'> & { at: number },
): Evaluation {
  const [own, other] = [distances[held], distances[held === 0 ? 1 : 0]];
  const sign = push === 'most' ? -1 : 1;
  const square = dot(own.gradient, own.gradient);
  const along = dot(own.gradient, other.gradient) / square;
  const tangent = mixed([other.gradient, own.gradient], [sign, -sign * along]);
  // Ten percent off, the way back weighs as much as the way on.
  const back = (10 * (own.value - at) * norm(tangent)) / Math.sqrt(square);
  return { loss: sign * other.value, gradient: mixed([tangent, own.gradient], [1, back]) };
}
