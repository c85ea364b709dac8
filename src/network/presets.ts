import { InputError } from '../base/inputError.ts';
import type { Architecture, Operation, Pair, StageDefinition } from './architecture.ts';

/** What a preset can be asked for. */
export interface PresetOptions {
  /** Factor on all numbers of channels and hidden units; default 1. */
  width?: number;
  /**
   * How many of the twelve operations both tasks share, 0 (only the cochleagram) … 12 (all but the choice of output);
   * default 7. Presets of one branch have none.
   */
  branchPoint?: number;
  /** Classes of the word task, null class included; default as published. */
  words?: number;
  /** Classes of the genre task, null class included; default as published. */
  genres?: number;
  /** Shape of the cochleagram; default 211 channels by 390 frames. */
  cochleagram?: Pair;
}

/** The twelve operations of the branched networks, in processing order. */
export const branchedOperationNames = [
  'conv1',
  'norm1',
  'pool1',
  'conv2',
  'norm2',
  'pool2',
  'conv3',
  'conv4',
  'conv5',
  'pool5',
  'fc6',
  'top',
] as const;

type BranchedOperations = Record<Exclude<(typeof branchedOperationNames)[number], 'top'>, Operation[]>;

/** Operations that both tasks share in the published branched network. */
export const publishedBranchPoint = 7;

/** Classes of the networks that have been published with weights, by preset; null classes included. */
export const publishedClasses = {
  cochcnn9: { word: 794 },
  cochresnet50: { word: 794 },
  kell2018: { word: 589, genre: 43 },
} as const;

const relu: Operation = { kind: 'relu' };
const batchNorm: Operation = { kind: 'batchNorm' };

/** Every preset by name. */
export const presets = { kell2018, cochcnn9, cochresnet50, branched } as const;
/** Name of a preset. */
export type PresetName = keyof typeof presets;

/**
 * Whether a preset has a branch for words and one for genres, and so a branch point.
 *
 * @param preset - The others know words alone.
 */
export function hasBranches(preset: PresetName): boolean {
  return preset === 'branched' || preset === 'kell2018';
}

/**
 * The branched word and genre network of Kell et al. (2018), Neuron 98, 630–644.
 *
 * Its image front end is the published one, made of operations that gradients pass: the cochleagram is scaled from each
 * clip's minimum and maximum to 0–255 and resampled to 256 × 256.
 *
 * @param options - Width, branch point, classes (published: 589 words and 43 genres, special classes included).
 */
function kell2018(options: PresetOptions = {}): Architecture {
  const channels = scaled(options);
  const norm: Operation = { kind: 'localResponseNorm', radius: 2, bias: 1, alpha: 1e-3, beta: 0.75 };
  const pool: Operation = { kind: 'maxPool', size: [3, 3], stride: [2, 2] };
  const conv = (size: number, stride: number, count: number): Operation[] => [
    { kind: 'conv', kernel: [size, size], stride: [stride, stride], channels: channels(count), bias: true },
    relu,
  ];
  return branchedArchitecture(options, [], {
    conv1: [{ kind: 'minMaxScale', largest: 255 }, { kind: 'resize', size: [256, 256] }, ...conv(9, 3, 96)],
    norm1: [norm],
    pool1: [pool],
    conv2: conv(5, 2, 256),
    norm2: [norm],
    pool2: [pool],
    conv3: conv(3, 1, 512),
    conv4: conv(3, 1, 1024),
    conv5: conv(3, 1, 512),
    pool5: [{ kind: 'averagePool', size: [3, 3], stride: [2, 2], countsPadding: false }],
    fc6: [{ kind: 'dense', units: channels(1024), bias: true }, relu],
  });
}

/**
 * The word network of the model-metamer study, CochCNN9 of Feather et al. (2023), Nat. Neurosci. 26, 2017–2034.
 *
 * @param options - Width and classes (published: 794 words, null class included).
 */
function cochcnn9(options: PresetOptions = {}): Architecture {
  const channels = scaled(options);
  const conv = (kernel: Pair, stride: Pair, count: number): Operation[] => [
    { kind: 'conv', kernel, stride, channels: channels(count), bias: false },
    relu,
  ];
  const pool: Operation = { kind: 'maxPool', size: [2, 5], stride: [2, 2] };
  const words = options.words ?? publishedClasses.cochcnn9.word;
  return {
    cochleagram: options.cochleagram ?? [211, 390],
    stages: chained([
      ['relu0', [batchNorm, ...conv([7, 14], [3, 3], 96)]],
      ['relu1', [pool, batchNorm, ...conv([4, 8], [2, 2], 256)]],
      ['relu2', [pool, batchNorm, ...conv([2, 5], [1, 1], 512)]],
      ['relu3', conv([2, 5], [1, 1], 1024)],
      ['relu4', conv([2, 5], [1, 1], 512)],
      ['avgpool', [{ kind: 'averagePool', size: [2, 5], stride: [2, 2], countsPadding: true }]],
      ['relufc', [{ kind: 'dense', units: channels(4096), bias: true }, relu]],
      [
        'final',
        [
          { kind: 'dropout', rate: 0.5 },
          { kind: 'dense', units: words, bias: true },
        ],
      ],
    ]),
    outputs: [{ task: 'word', stage: 'final', classes: words }],
  };
}

/**
 * CochResNet50 of Feather et al. (2023): the ResNet50 of He et al. (2016) on the cochleagram as an image of one channel.
 *
 * @param options - Width, classes (published: 794 words).
 */
function cochresnet50(options: PresetOptions = {}): Architecture {
  const channels = scaled(options);
  const words = options.words ?? publishedClasses.cochresnet50.word;
  const layer = (width: number, blocks: number, stride: number): Operation[] =>
    Array.from({ length: blocks }, (_, block): Operation[] => [
      {
        kind: 'bottleneck',
        block: String(block),
        width: channels(width),
        channels: channels(4 * width),
        stride: block === 0 ? [stride, stride] : [1, 1],
      },
      relu,
    ]).flat();
  return {
    cochleagram: options.cochleagram ?? [211, 390],
    stages: chained([
      [
        'conv1_relu1',
        [
          {
            kind: 'conv',
            kernel: [7, 7],
            stride: [2, 2],
            channels: channels(64),
            bias: false,
            padding: [3, 3],
          },
          batchNorm,
          relu,
        ],
      ],
      ['layer1', [{ kind: 'maxPool', size: [3, 3], stride: [2, 2], padding: [1, 1] }, ...layer(64, 3, 1)]],
      ['layer2', layer(128, 4, 2)],
      ['layer3', layer(256, 6, 2)],
      ['layer4', layer(512, 3, 2)],
      ['avgpool', [{ kind: 'globalAverage' }]],
      ['final', [{ kind: 'dense', units: words, bias: true }]],
    ]),
    outputs: [{ task: 'word', stage: 'final', classes: words }],
  };
}

/**
 * Our branched network: the operations of Kell et al. (2018) straight on the cochleagram, with batch normalization, and
 * Hann-window pooling against aliasing.
 *
 * @param options - Width (`branched-small` is 0.25), branch point, classes.
 */
function branched(options: PresetOptions = {}): Architecture {
  const channels = scaled(options);
  const pool: Operation = { kind: 'hannPool', stride: [2, 2] };
  const conv = (kernel: Pair, stride: Pair, count: number): Operation => ({
    kind: 'conv',
    kernel,
    stride,
    channels: channels(count),
    bias: true,
  });
  const normalized = (kernel: Pair, count: number): Operation[] => [
    { kind: 'conv', kernel, stride: [1, 1], channels: channels(count), bias: false },
    batchNorm,
    relu,
  ];
  return branchedArchitecture(options, [{ kind: 'dropout', rate: 0.3 }], {
    // Nothing learned before the first convolution, so that training needs no gradient back through it.
    conv1: [{ kind: 'batchNorm', isFixed: true }, conv([7, 15], [3, 3], 128), relu],
    norm1: [batchNorm],
    pool1: [pool],
    conv2: [conv([5, 7], [2, 2], 256), relu],
    norm2: [batchNorm],
    pool2: [pool],
    conv3: normalized([3, 5], 512),
    conv4: normalized([3, 3], 768),
    conv5: normalized([3, 3], 512),
    pool5: [{ kind: 'hannPool', stride: [3, 3] }],
    fc6: [{ kind: 'dense', units: channels(1024), bias: false }, batchNorm, relu],
  });
}

function scaled({ width = 1 }: PresetOptions): (count: number) => number {
  if (!(width > 0 && Number.isFinite(width)))
    throw new InputError(`network: width must be > 0, got ${width}; use 1 for the published width`);
  return (count) => Math.max(1, Math.round(width * count));
}

function branchedArchitecture(
  options: PresetOptions,
  beforeTop: readonly Operation[],
  operations: BranchedOperations,
): Architecture {
  const { word, genre } = publishedClasses.kell2018;
  const { words = word, genres = genre, branchPoint = publishedBranchPoint } = options;
  const count = branchedOperationNames.length;
  if (!(Number.isInteger(branchPoint) && branchPoint >= 0 && branchPoint <= count))
    throw new InputError(
      `network: branchPoint must be a whole number from 0 to ${count}, got ${branchPoint}; the published one is ${publishedBranchPoint}`,
    );
  const top = (units: number): Operation[] => [...beforeTop, { kind: 'dense', units, bias: true }];
  const shared = branchedOperationNames.slice(0, branchPoint);
  const own = branchedOperationNames.slice(branchPoint);
  const trunk = chained(
    shared.map((name) => [name, name === 'top' ? top(words + genres) : operations[name]]),
  );
  const branch = (suffix: string, classes: number, begin: number): StageDefinition[] => {
    const split: [string, Operation[]][] = [[`top.${suffix}`, [{ kind: 'slice', begin, units: classes }]]];
    const stages = own.map((name): [string, Operation[]] => [
      `${name}.${suffix}`,
      name === 'top' ? top(classes) : operations[name],
    ]);
    return chained(own.length ? stages : split, shared.at(-1));
  };
  return {
    cochleagram: options.cochleagram ?? [211, 390],
    stages: [...trunk, ...branch('word', words, 0), ...branch('music', genres, words)],
    outputs: [
      { task: 'word', stage: 'top.word', classes: words },
      { task: 'genre', stage: 'top.music', classes: genres },
    ],
  };
}

/** Stages one after the other. */
function chained(
  parts: readonly (readonly [name: string, operations: readonly Operation[]])[],
  start = 'cochleagram',
): StageDefinition[] {
  return parts.map(([name, operations], i) => ({ name, input: parts[i - 1]?.[0] ?? start, operations }));
}
