import type { OnnxOperation } from './operation.ts';
import { activationOperations } from './operations/activations.ts';
import { arithmeticOperations } from './operations/arithmetic.ts';
import { attentionOperations } from './operations/attention.ts';
import { comparisonOperations } from './operations/comparison.ts';
import { convolutionOperations } from './operations/convolution.ts';
import { gatheringOperations } from './operations/gathering.ts';
import { linearOperations } from './operations/linear.ts';
import { normalizationOperations } from './operations/normalization.ts';
import { poolingOperations } from './operations/pooling.ts';
import { recurrentOperations } from './operations/recurrent.ts';
import { reductionOperations } from './operations/reduction.ts';
import { resizeOperations } from './operations/resize.ts';
import { shapeOperations } from './operations/shape.ts';
import { slicingOperations } from './operations/slicing.ts';
import { spectralOperations } from './operations/spectral.ts';

/** All operations that graphs may hold, by ONNX's name. */
export const operations: ReadonlyMap<string, OnnxOperation> = new Map(
  [
    activationOperations,
    arithmeticOperations,
    attentionOperations,
    comparisonOperations,
    convolutionOperations,
    gatheringOperations,
    linearOperations,
    normalizationOperations,
    poolingOperations,
    recurrentOperations,
    reductionOperations,
    resizeOperations,
    shapeOperations,
    slicingOperations,
    spectralOperations,
  ].flatMap((family) => Object.entries(family)),
);
