import { readFileSync } from 'node:fs';
import { sha256 } from '../../../src/base/sha256.ts';
import { antiphaseOrders, antiphaseWav, hugginsWav } from '../../sound/headphoneSounds.ts';
import { clipPath } from '../../study/loadStudy.ts';
import type { Study } from '../../study/studySchema.ts';
import type { Site, Trial } from '../site.ts';
import { headphoneChecks, isHeadphoneCheck } from '../steps.ts';
import { planHeadphoneCheck } from './planTrials.ts';

/** Bytes of a clip with what a whole play of it must show. */
export interface Clip {
  bytes: Uint8Array;
  sha256: string;
  seconds: number;
}

/** What is known of a clip without reading it. */
export type ClipFacts = Omit<Clip, 'bytes'>;

const headphoneClips = new Map<string, Clip>();

/**
 * The sound of a trial.
 *
 * @returns Bytes of a WAV or FLAC file, their hash and length.
 */
export function clipOf(site: Site, trial: Pick<Trial, 'phase' | 'stimulus'>): Clip {
  if (isHeadphoneCheck(trial.phase)) return headphoneClip(site, trial);
  return { bytes: readFileSync(clipPath(site.loaded, trial.stimulus)), ...clipFacts(site, trial) };
}

/**
 * Hash and length of a trial's sound.
 *
 * @returns SHA-256 and seconds.
 */
export function clipFacts(site: Site, trial: Pick<Trial, 'phase' | 'stimulus'>): ClipFacts {
  const stimulus = site.loaded.stimuli.get(trial.stimulus);
  const { sha256, seconds } = stimulus ?? headphoneClip(site, trial);
  return { sha256, seconds };
}

/** Makes the sounds of the study's headphone checks now, so that no participant waits for them. */
export function prepareHeadphoneClips(site: Site): void {
  for (const check of headphoneChecks)
    if ([check, 'both'].includes(site.loaded.study.screening.headphones))
      for (const { phase, stimulus } of planHeadphoneCheck(check, { seed: 0, attempt: 1, count: 6 }))
        headphoneClip(site, { phase, stimulus });
}

function headphoneClip(site: Site, trial: Pick<Trial, 'phase' | 'stimulus'>): Clip {
  const { seed, level } = site.loaded.study;
  const key = `${seed} ${level.rms} ${trial.phase} ${trial.stimulus}`;
  const known = headphoneClips.get(key);
  if (known) return known;
  const bytes = headphoneWav(trial, site.loaded.study);
  const clip = { bytes, sha256: sha256(bytes), seconds: trial.phase === 'antiphase' ? 4 : 5 };
  headphoneClips.set(key, clip);
  return clip;
}

/** As loud as the noise by which the volume is set, and so as the study's own sounds. */
function headphoneWav(
  trial: Pick<Trial, 'phase' | 'stimulus'>,
  { seed, level }: Pick<Study, 'seed' | 'level'>,
): Uint8Array {
  const order = antiphaseOrders.find((known) => known === trial.stimulus);
  if (order) return antiphaseWav(order, level.rms);
  const [position, set] = trial.stimulus.split('-').map(Number);
  return hugginsWav(position!, { seed: seed * 10 + set!, rms: level.rms });
}
