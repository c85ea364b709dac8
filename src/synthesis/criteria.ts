import type { AuditoryModel, Classifier } from '../model/auditoryModel.ts';
import { type ComputeOptions, computeActivations } from '../model/computeActivations.ts';
import { nullLabel } from '../model/modelDescription.ts';
import { recognizedAlike } from '../model/recognizedClasses.ts';
import { classifiersBehind, earlierStages } from '../model/stageGraph.ts';
import type { Criteria, Difference, PredictedClass, StageMatch } from '../records/runRecord.ts';
import { pearson } from '../statistics/estimates/correlation.ts';
import { maximaAt, type NullDistribution } from './null/nullDistribution.ts';
import { orNone, stageMatch } from './stageMatch.ts';

/** Correlation of two waveforms above which they are one sound. */
const sameSound = 0.999;
const measures = ['spearman', 'pearson', 'snrDb'] as const;

/**
 * Judges a metamer from the two waveforms alone, with the exact ear.
 *
 * @param model - The model it is a metamer of.
 * @param sounds - Reference and metamer, each of shape [samples].
 * @param stages - The matched stages.
 * @param options - `null`: distribution that the match must exceed; engine and device.
 * @returns The success criteria and how different the sounds are.
 * @see Feather et al. (2023), Methods: same predicted class, and Spearman, Pearson and SNR above the null's maxima.
 */
export async function judge(
  model: AuditoryModel,
  sounds: { reference: Float32Array; metamer: Float32Array },
  stages: readonly string[],
  options: { nullDistribution?: NullDistribution | undefined } & Omit<ComputeOptions, 'form'> = {},
): Promise<{ criteria: Criteria; difference: Difference }> {
  const { nullDistribution, ...computing } = options;
  const earlier = earlierStages(model.stages, stages);
  const classifiers = classifiersBehind(model, stages);
  const asked = [...stages, ...earlier, ...classifiers.map(({ stage }) => stage)];
  const [ofReference, ofMetamer] = await computeActivations(
    model,
    [sounds.reference, sounds.metamer],
    asked,
    { ...computing, form: 'exact' },
  );
  const at = (k: number) => [ofReference![k]!, ofMetamer![k]!] as const;
  const matches = Object.fromEntries(stages.map((stage, k) => [stage, stageMatch(...at(k))]));
  const predictedClasses = Object.fromEntries(
    classifiers.map((classifier, k) => [
      classifier.task,
      predictedBy(classifier, ...at(stages.length + earlier.length + k)),
    ]),
  );
  const nullMaxima = nullDistribution
    ? Object.fromEntries(stages.map((stage) => [stage, maximaAt(nullDistribution, stage)]))
    : null;
  const waveformCorrelation = orNone(pearson(sounds.reference, sounds.metamer));
  return {
    criteria: criteriaOf(matches, predictedClasses, { nullMaxima, waveformCorrelation }),
    difference: {
      waveformCorrelation,
      earlierStages: Object.fromEntries(
        earlier.map((stage, k) => [stage, normalizedDistance(...at(stages.length + k))]),
      ),
    },
  };
}

function criteriaOf(
  stages: Record<string, StageMatch>,
  predictedClasses: Record<string, PredictedClass>,
  {
    nullMaxima,
    waveformCorrelation,
  }: { nullMaxima: Record<string, StageMatch> | null; waveformCorrelation: number },
): Criteria {
  const smallest = (measure: keyof StageMatch) => Math.min(...Object.values(stages).map((at) => at[measure]));
  const hasTest = nullMaxima !== null || Object.keys(predictedClasses).length > 0;
  const reasons = [
    ...(hasTest ? [] : ['the model names no classes, so only a null distribution can judge']),
    ...Object.entries(predictedClasses)
      .filter(([, { reference, metamer }]) => reference !== metamer)
      .map(([task, { reference, metamer }]) => `${task} '${metamer}' instead of '${reference}'`),
    ...Object.entries(nullMaxima ?? {}).flatMap(([stage, maxima]) =>
      measures
        .filter((measure) => !(stages[stage]![measure] > maxima[measure]))
        .map((measure) => `${measure} at ${stage} within the null (≤ ${maxima[measure].toFixed(3)})`),
    ),
  ];
  const passed = reasons.length === 0;
  const tested = nullMaxima ? 'tested against a null' : 'not tested against a null';
  const note = waveformCorrelation > sameSound ? '; but the waveform is that of the reference' : '';
  const snrDb = smallest('snrDb');
  return {
    spearman: smallest('spearman'),
    pearson: smallest('pearson'),
    snrDb,
    normRatioDb: snrDb / 2,
    predictedClass: headline(Object.values(predictedClasses)),
    predictedClasses,
    stages,
    nullMaxima,
    passed,
    verdict: passed ? `passed, ${tested}${note}` : `failed: ${reasons.join('; ')} (${tested})`,
  };
}

/** The prediction that says something: the first whose reference is not of the null class. */
function headline(predictions: readonly PredictedClass[]): PredictedClass | null {
  return predictions.find(({ reference }) => reference !== nullLabel) ?? predictions[0] ?? null;
}

function predictedBy(classifier: Classifier, reference: Float32Array, metamer: Float32Array): PredictedClass {
  const labels = recognizedAlike(classifier, reference, metamer);
  return { reference: labels.reference, metamer: labels.other };
}

function normalizedDistance(reference: Float32Array, other: Float32Array): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < reference.length; i++) {
    difference += (reference[i]! - other[i]!) ** 2;
    norm += reference[i]! ** 2;
  }
  return norm > 0 ? Math.sqrt(difference / norm) : Math.sqrt(difference);
}
