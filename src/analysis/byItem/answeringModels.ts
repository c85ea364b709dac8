import type { ModelScores } from '../trials/stimuli.ts';
import type { Items } from './items.ts';

/** Number of models up to which what is costly is computed of all of them; of more, with the one that made the metamers alone. */
export const fewModels = 3;

/**
 * Models that answered any of a curve's sounds.
 *
 * @param items - The curve's items.
 */
export function answeringModels({ stimulus }: Items, models: readonly ModelScores[]): ModelScores[] {
  return models.filter(({ trials }) => stimulus.some((sound) => trials[sound]! > 0));
}
