import type { OnnxOperation } from './operation.ts';
import { activationOperations } from './operations/activations.ts';
import { arithmeticOperations } from './operations/arithmetic.ts';
import { comparisonOperations } from './operations/comparison.ts';
import { convolutionOperations } from './operations/convolution.ts';
import { gatheringOperations } from './operations/gathering.ts';
import { linearOperations } from './operations/linear.ts';
import { normalizationOperations } from './operations/normalization.ts';
import { poolingOperations } from './operations/pooling.ts';
import { reductionOperations } from './operations/reduction.ts';
import { shapeOperations } from './operations/shape.ts';
import { slicingOperations } from './operations/slicing.ts';

/** All operations that graphs may hold, by ONNX's name. */
export const operations: ReadonlyMap<string, OnnxOperation> = new Map(
  [
    activationOperations,
    arithmeticOperations,
    comparisonOperations,
    convolutionOperations,
    gatheringOperations,
    linearOperations,
    normalizationOperations,
    poolingOperations,
    reductionOperations,
    shapeOperations,
    slicingOperations,
  ].flatMap((family) => Object.entries(family)),
);
