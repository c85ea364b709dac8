/** The twelve operations of the published network of two tasks, in processing order. */
const kellOperations = [
  ...['conv1', 'norm1', 'pool1', 'conv2', 'norm2', 'pool2', 'conv3', 'conv4', 'conv5', 'pool5', 'fc6', 'top'],
];

const musicStages = kellOperations.map((operation) => `${operation}.music`);

/**
 * Stages of the built-in models in processing order, for tables that do not tell it. A branched network has the first of
 * the twelve operations in its trunk and the rest once a branch, wherever it parts: each list holds all of them.
 */
const builtInOrder = [
  ...['input_after_preproc', 'cochleagram'],
  ...kellOperations,
  ...kellOperations.map((operation) => `${operation}.word`),
  ...musicStages,
  ...['relu0', 'relu1', 'relu2', 'relu3', 'relu4', 'conv1_relu1', 'layer1', 'layer2', 'layer3', 'layer4'],
  ...['avgpool', 'relufc', 'final'],
];

/**
 * Task of a built-in model's branch, for runs of the first versions, which name a class without its task.
 *
 * @param stage - Matched stage; several are joined by `+`.
 * @returns `genre` for stages of the music branch, `word` for all others.
 */
export function taskOfBuiltInStage(stage: string): 'word' | 'genre' {
  return stage.split('+').some((part) => musicStages.includes(part)) ? 'genre' : 'word';
}

/** What is known about the order of a model's stages. */
export interface KnownStageOrder {
  /** The analyst's own order; stages in it come first. */
  stated?: readonly string[] | undefined;
  /** Place of each stage in its model, as the records tell it. */
  recorded?: ReadonlyMap<string, number> | undefined;
}

/** Stages in order, and those whose place nothing tells. */
export interface OrderedStages {
  stages: string[];
  /** Sorted by name for want of something better; empty when the order is known. */
  unknown: string[];
}

/**
 * Place of a matched stage among its model's stages.
 *
 * @param order - Names of all stages of the model in processing order, or nothing.
 * @param stage - Name of the stage; of several joined by `+` the last one counts.
 * @returns The place from 0; null where the order does not tell it.
 */
export function stagePlace(order: readonly string[] = [], stage: string): number | null {
  const places = stage.split('+').map((part) => order.indexOf(part));
  return places.includes(-1) ? null : Math.max(...places);
}

/**
 * Sorts a model's stages into processing order: by the stated order, then by the places that the records tell, then by
 * the built-in models' order, and by name (numbers as numbers) where none of these knows a stage.
 *
 * @param stages - Names in any order.
 */
export function orderStages(
  stages: readonly string[],
  { stated = [], recorded = new Map() }: KnownStageOrder = {},
): OrderedStages {
  const rest = stages.filter((stage) => !stated.includes(stage));
  // Places of one kind are not compared with those of another.
  const isRecorded = rest.every((stage) => recorded.has(stage));
  const placeOf = (stage: string) =>
    isRecorded ? recorded.get(stage)! : stagePlace(builtInOrder, withoutSuffix(stage));
  const rank = (stage: string) => {
    const own = stated.indexOf(stage);
    return own >= 0 ? own : stated.length + (placeOf(stage) ?? builtInOrder.length);
  };
  return {
    stages: [...stages].sort(
      (a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }),
    ),
    unknown: rest.filter((stage) => placeOf(stage) === null),
  };
}

/** Feather et al. (2023) name stages matched through their own rectifier so. */
function withoutSuffix(stage: string): string {
  return stage.replace(/_?fake_?relu$/, '');
}
