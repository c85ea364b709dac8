import type { AuditoryModel, Classifier, Stage } from './auditoryModel.ts';

/**
 * Stages that lead to one of the matched stages and to which none of these leads.
 *
 * @param stages - All stages of the model.
 * @param matched - Names of the matched ones.
 * @returns Names, in the model's order.
 */
export function earlierStages(stages: readonly Stage[], matched: readonly string[]): string[] {
  const before = ancestorsOf(stages);
  const leading = new Set(matched.flatMap((name) => [...before(name)]));
  const isFree = (name: string) =>
    !matched.includes(name) && !matched.some((other) => before(name).has(other));
  return stages.map(({ name }) => name).filter((name) => leading.has(name) && isFree(name));
}

/**
 * Classifiers that are reached through a stage, or all of them where none is.
 *
 * @param matched - Names of the stages.
 */
export function classifiersBehind(
  { stages, classifiers }: Pick<AuditoryModel, 'stages' | 'classifiers'>,
  matched: readonly string[],
): Classifier[] {
  const before = ancestorsOf(stages);
  const behind = classifiers.filter(({ stage }) =>
    matched.some((name) => name === stage || before(stage).has(name)),
  );
  return behind.length > 0 ? behind : [...classifiers];
}

/** Gives the stages that a stage depends on, directly or through others. */
function ancestorsOf(stages: readonly Stage[]): (name: string) => ReadonlySet<string> {
  const inputs = new Map(stages.map((stage) => [stage.name, stage.inputs]));
  const known = new Map<string, ReadonlySet<string>>();
  const before = (name: string): ReadonlySet<string> => {
    const found = known.get(name) ?? new Set(inputs.get(name)!.flatMap((input) => [input, ...before(input)]));
    known.set(name, found);
    return found;
  };
  return before;
}
