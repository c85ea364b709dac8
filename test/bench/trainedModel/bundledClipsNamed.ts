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
  const clips = bundledClips()
    .map((clip) => ({
      ...clip,
      task: clip.word === undefined ? ('genre' as const) : ('word' as const),
      label: clip.word ?? clip.genre,
    }))
    .filter(({ task, label }) =>
      model.classifiers.some((each) => each.task === task && each.labels.includes(String(label))),
    );
  const waveforms: Float32Array[] = [];
  for (const { name } of clips) waveforms.push((await readSound(name, { model })).samples);
  const heard = await recognize(model, waveforms, { form: 'exact', top: 1 });
  const isNamed = clips.map(({ task, label }, i) => heard[i]![task][0]!.label === label);
  const count = (byLot: boolean): NamedClips => {
    const those = isNamed.filter((_, i) => (clips[i]!.isDrawnByLot ?? false) === byLot);
    return { named: those.filter(Boolean).length, asked: those.length };
  };
  return { drawn: count(true), chosen: count(false) };
}
