import { dropoutName, type NetworkPlan } from './plan.ts';

/**
 * The part of a network that takes sounds of another length than its own: layers that take all places at once have
 * weights for one length alone, so it ends before them.
 *
 * @param plan - The network planned for another length.
 * @param own - The network planned for its own.
 * @returns The plan without stages whose weights would have another shape, and without what they feed.
 */
export function partOfEveryLength(plan: NetworkPlan, own: NetworkPlan): NetworkPlan {
  const shapes = new Map(own.weights.map(({ name, shape }) => [name, shape.join()]));
  const kept = new Set(['cochleagram']);
  const stages = plan.stages.filter(({ name, input, operations }) => {
    const weights = operations.flatMap((step) => step.weights);
    const fits =
      kept.has(input) && weights.every((weight) => shapes.get(weight.name) === weight.shape.join());
    if (fits) kept.add(name);
    return fits;
  });
  const weights = new Set(stages.flatMap(({ operations }) => operations.flatMap((step) => step.weights)));
  const dropouts = new Set([...kept].map(dropoutName));
  const { architecture } = plan;
  return {
    architecture: {
      ...architecture,
      stages: architecture.stages.filter(({ name }) => kept.has(name)),
      outputs: architecture.outputs.filter(({ stage }) => kept.has(stage)),
    },
    stages,
    weights: plan.weights.filter((weight) => weights.has(weight)),
    dropouts: plan.dropouts.filter(({ name }) => dropouts.has(name)),
  };
}
