import type { CurveResults } from '../results.ts';

/** Most models that a figure names besides the one that made the metamers. */
const mostOthers = 2;

/**
 * Observers that a curve's figures name: humans, the model that made the metamers, and others while they are few.
 *
 * @param curve - One curve's results.
 * @returns Their names; the tables and results.json hold all.
 */
export function shownObservers(curve: CurveResults): Set<string> {
  const models = curve.recognition.models.map(({ observer }) => observer);
  const others = models.filter((model) => model !== curve.metamerModel);
  return new Set(['human', curve.metamerModel, ...(others.length <= mostOthers ? others : [])]);
}
