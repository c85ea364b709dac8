import { join } from 'node:path';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { NamedValues } from '../../training/gradientStep.ts';
import { type BrainControl, brainControls, controlModels } from '../brain/predictResponses.ts';
import { type MeasuredSounds, requireRowPerSound } from '../brain/responses.ts';
import { causeNames } from './causes.ts';
import type { CausesConfig } from './causesConfig.ts';
import { causesModel, causesNetwork, controlWeights } from './causesNetwork.ts';
import { compileInference } from './causesProgram.ts';
import type { CausesResult, Pair } from './causesRecord.ts';
import {
  type CompareOptions,
  type Controls,
  compareNetworks,
  compareWithResponses,
  requireSameSounds,
} from './compareNetworks.ts';
import { placePairs, recoveryOf } from './recovery.ts';
import { drawn, inferred, type TrainCausesOptions, trainCauses } from './trainCauses.ts';

/** How the experiment is watched and run. */
export interface CausesOptions extends TrainCausesOptions, Pick<CompareOptions, 'onHeard'> {
  measured?: MeasuredSounds | undefined;
  /** Receives what happens, a line each. */
  onEvent?: ((line: string) => void) | undefined;
}

const soundsAtOnce = 16;

/**
 * Trains a network to infer what made a sound, judges it on sounds it has not heard, and compares its stages with those of
 * a network that recognizes.
 *
 * @param config - Checked configuration.
 * @param folder - Receives the training, in `training`; it may hold a part of it already.
 * @param options - Measured responses to compare with, progress, engine and threads, signal.
 * @throws InputError when the networks hear other sounds; as `trainCauses` does.
 * @see Yildirim, Belledonne, Freiwald & Tenenbaum (2020), Sci. Adv. 6, eaax5979.
 */
export async function runCauses(
  config: CausesConfig,
  folder: string,
  { measured, onEvent, onHeard, ...options }: CausesOptions = {},
): Promise<CausesResult> {
  const { training, recognition: name } = config;
  const network = causesNetwork(training);
  const recognition = loadModel(name);
  const { samples, parameters } = network;
  requireSameSounds(recognition, { samples, sampleRateHz: parameters.sampleRateHz });
  if (measured) requireRowPerSound(measured.responses, measured.waveforms.length);
  const { computing = {}, signal } = options;
  const weights = await trainCauses(training, join(folder, 'training'), options);
  const models: Pair<AuditoryModel> = { inference: causesModel(training, weights), recognition };
  // What is computed from here on is begun anew when it was stopped: there is nothing to leave in order.
  onEvent?.(`held-out sounds: ${config.heldOut}`);
  const judged = drawn(network, { batchSize: soundsAtOnce }, { purpose: 'held out', sounds: config.heldOut });
  const inference = await compileInference(network, soundsAtOnce, computing);
  const found = await inferred(inference, judged, weights);
  await inference.release();
  const waveforms = judged
    .flatMap((batch) => batch.causes.map((_, i) => batch.waveforms.subarray(i * samples, (i + 1) * samples)))
    .slice(0, config.compared);
  const running = { ...computing, onHeard, signal };
  const hashes = ({ name: called, hash }: AuditoryModel) => ({ name: called, hash });
  return {
    config,
    models: { inference: hashes(models.inference), recognition: hashes(recognition) },
    recovery: recoveryOf(judged, found),
    places: Object.fromEntries(
      causeNames.map((cause) => [cause, placePairs(cause, judged, found)]),
    ) as CausesResult['places'],
    similarity: await compareNetworks(models, waveforms, running),
    measured: measured
      ? await compareWithResponses({ ...models, controls: controlsOf(config, weights) }, measured.waveforms, {
          ...{ ...running, responses: measured.responses },
        })
      : null,
  };
}

/** Both networks without what they learned; none of one whose weights are in an ONNX file. */
function controlsOf({ training, recognition }: CausesConfig, weights: NamedValues): Controls {
  const ofRecognition = controlModels(recognition);
  const pairs = brainControls.map((kind): [BrainControl, Controls[BrainControl]] => [
    kind,
    {
      inference: causesModel(training, controlWeights(training, weights, kind)),
      recognition: ofRecognition.get(kind),
    },
  ]);
  return Object.fromEntries(pairs) as Controls;
}
