import type { ComputingOptions } from '../../engine/engine.ts';
import type { AuditoryModel, Classifier } from '../../model/auditoryModel.ts';
import { type ComputeOptions, computeActivations } from '../../model/computeActivations.ts';
import { nullLabel } from '../../model/modelDescription.ts';
import { bestGuesses, probabilityOf, requireClasses } from '../../model/recognize.ts';
import { recognizedAlike } from '../../model/recognizedClasses.ts';
import { readRunSounds } from './runSounds.ts';
import { finishedRecord } from './verifyRun.ts';

/** What a model hears in a metamer and in its reference. */
export interface CrossRecognition {
  run: string;
  /** The model it is a metamer of. */
  metamerModel: string;
  stage: string;
  /** The model that listens. */
  observer: string;
  /** The task whose reference is of a class other than null, where there is one. */
  task: string;
  reference: string;
  metamer: string;
  agrees: boolean;
  /** Probability of the class that the reference is heard as: in the reference, and in the metamer. */
  probability: { reference: number; metamer: number };
  /** Path or name of the reference sound, as the run has it. */
  sound: string;
}

/**
 * How another model recognizes metamers, beside their references.
 *
 * @param model - The model that listens; it names classes.
 * @param runs - Folders of finished runs.
 * @param computing - Engine, device, threads; `onHeard`.
 * @returns One recognition a run.
 * @throws InputError when a run is not finished or the model cannot hear its sounds.
 * @see Feather et al. (2023), Fig. 4.
 */
export async function crossRecognition(
  model: AuditoryModel,
  runs: readonly string[],
  computing: ComputingOptions & Pick<ComputeOptions, 'onHeard'> = {},
): Promise<CrossRecognition[]> {
  const sounds: Float32Array[] = [];
  const records = [];
  for (const run of runs) {
    records.push(finishedRecord(run));
    const { reference, metamer } = await readRunSounds(run, model);
    sounds.push(reference, metamer);
  }
  requireClasses(model);
  const stages = model.classifiers.map(({ stage }) => stage);
  const logits = await computeActivations(model, sounds, stages, { ...computing, form: 'exact' });
  return records.map((record, i) => {
    const heard = model.classifiers.map((classifier, k) => ({
      task: classifier.task,
      ...recognizedAlike(classifier, logits[2 * i]![k]!, logits[2 * i + 1]![k]!),
      probability: ofReferencesClass(classifier, logits[2 * i]![k]!, logits[2 * i + 1]![k]!),
    }));
    const { task, reference, other, probability } =
      heard.find((each) => each.reference !== nullLabel) ?? heard[0]!;
    return {
      ...{ run: runs[i]!, metamerModel: record.model, stage: record.stage, observer: model.name },
      ...{ task, reference, metamer: other, agrees: reference === other },
      ...{ probability, sound: record.sound },
    };
  });
}

function ofReferencesClass(
  classifier: Classifier,
  reference: Float32Array,
  metamer: Float32Array,
): CrossRecognition['probability'] {
  const guesses = (logits: Float32Array) => bestGuesses(logits, classifier, classifier.labels.length);
  const [heard, other] = [guesses(reference), guesses(metamer)];
  return { reference: heard[0]!.probability, metamer: probabilityOf(other, heard[0]!.label) };
}
