import { bundledTargets } from '../../../listening-test/study/targets.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { recognize } from '../../../src/model/recognize.ts';
import { bundledClips } from '../../../stimuli/bundledClips.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import type { NamedClips } from './modelCard.ts';

/**
 * Bundled clips whose word or genre is a label of the model, and how many of them get it.
 *
 * @param model - The model; its exact ear judges.
 * @returns Counts of those that were drawn by lot and of those that were chosen for being named.
 */
export async function bundledClipsNamed(
  model: AuditoryModel,
): Promise<{ drawn: NamedClips; chosen: NamedClips }> {
  const all = bundledClips();
  const targets = bundledTargets(all.map(({ name }) => name));
  const clips = all.flatMap(({ name, isDrawnByLot = false }) => {
    const { task, target = '' } = targets.get(name) ?? {};
    const isKnown = model.classifiers.some((each) => each.task === task && each.labels.includes(target));
    return isKnown ? [{ name, isDrawnByLot, task: task as 'word' | 'genre', target }] : [];
  });
  const waveforms: Float32Array[] = [];
  for (const { name } of clips) waveforms.push((await readSound(name, { model })).samples);
  const heard = await recognize(model, waveforms, { form: 'exact', top: 1 });
  const isNamed = clips.map(({ task, target }, i) => heard[i]![task][0]!.label === target);
  const count = (byLot: boolean): NamedClips => {
    const those = isNamed.filter((_, i) => clips[i]!.isDrawnByLot === byLot);
    return { named: those.filter(Boolean).length, asked: those.length };
  };
  return { drawn: count(true), chosen: count(false) };
}
