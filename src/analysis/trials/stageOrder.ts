/** Stages of the built-in models in processing order; branches follow their trunk. */
const knownOrder = [
  'input_after_preproc',
  'cochleagram',
  'conv1',
  'norm1',
  'pool1',
  'conv2',
  'norm2',
  'pool2',
  'conv3',
  ...['word', 'music'].flatMap((branch) =>
    ['conv4', 'conv5', 'pool5', 'fc6', 'top'].map((stage) => `${stage}.${branch}`),
  ),
  ...[0, 1, 2, 3, 4].map((layer) => `relu${layer}`),
  'conv1_relu1',
  ...[1, 2, 3, 4].map((layer) => `layer${layer}`),
  'avgpool',
  'relufc',
  'final',
];

/**
 * Sorts stage names into processing order: given order first, then the built-in models' order, then by name with
 * numbers as numbers.
 *
 * @param stages - Names in any order.
 * @param given - The study's own order, if it states one.
 * @returns The names sorted; a new array.
 */
export function orderStages(stages: readonly string[], given: readonly string[] = []): string[] {
  const rank = (stage: string) => {
    const own = given.indexOf(stage);
    if (own >= 0) return own;
    const known = knownOrder.indexOf(stage.replace(/_?fake_?relu$/, ''));
    return given.length + (known >= 0 ? known : knownOrder.length);
  };
  return [...stages].sort(
    (a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }),
  );
}
