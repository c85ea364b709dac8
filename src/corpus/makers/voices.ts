import { existsSync } from 'node:fs';
import { hasProgram } from './programs.ts';

/** Programs that speak. */
export const speechEngines = ['flite', 'espeak-ng', 'festival'] as const;
/** Name of one. */
export type SpeechEngine = (typeof speechEngines)[number];

/** A synthetic voice. */
export interface Voice {
  engine: SpeechEngine;
  name: string;
  /** It is of the test split whatever the seed, so that no training hears it. */
  isHeldOut?: true;
}

const fliteVoices: readonly Voice[] = ['rms', 'slt', 'awb', 'kal16'].map((name) => ({
  engine: 'flite',
  name,
}));

const espeakVariants = (
  'm1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 klatt3 ' +
  'Annie Andy Mario Michael adam anika belinda grandma john linda max paul rob shelby steph victor'
).split(' ');
const espeakAccents = 'en-us en-gb en-us-nyc en-gb-x-rp en-gb-scotland en-gb-x-gbcwmd en-029'.split(' ');

/**
 * The voices of a corpus.
 *
 * @param espeakCount - How many of eSpeak's, accents and variants paired in turn; at most 32.
 * @returns flite's four and these; they are dealt to the splits.
 */
export function voices(espeakCount: number): Voice[] {
  const espeak = espeakVariants.slice(0, espeakCount).map(
    (variant, index): Voice => ({
      engine: 'espeak-ng',
      name: `${espeakAccents[index % espeakAccents.length]}+${variant}`,
    }),
  );
  return [...fliteVoices, ...espeak];
}

/** Variants of eSpeak that {@link voices} does not use. */
const heldOutVariants = ['Alicia', 'Andrea', 'Gene', 'Lee', 'antonio', 'benjamin', 'david', 'quincy'];

/** Festival's English voices and where Debian keeps each: two men by diphones, a woman by hidden Markov models. */
const festivalVoices = [
  { name: 'kal_diphone', folder: '/usr/share/festival/voices/english', debianPackage: 'festvox-kallpc16k' },
  { name: 'ked_diphone', folder: '/usr/share/festival/voices/english', debianPackage: 'festvox-kdlpc16k' },
  {
    name: 'cmu_us_slt_arctic_hts',
    folder: '/usr/share/festival/voices/us',
    debianPackage: 'festvox-us-slt-hts',
  },
];

/**
 * Voices that are kept from training: further variants of eSpeak, and an engine of which no voice is trained on.
 *
 * @param onMissing - Told of what is not installed; a corpus without Festival has fewer unheard talkers.
 * @returns Those that can speak here.
 */
export function heldOutVoices(onMissing?: (reason: string) => void): Voice[] {
  const isInstalled = ({ name, folder }: (typeof festivalVoices)[number]) =>
    hasProgram('festival') && existsSync(`${folder}/${name}`);
  const missing = festivalVoices.filter((voice) => !isInstalled(voice));
  if (missing.length > 0)
    onMissing?.(
      `voices of an engine that training does not hear; for them: apt-get install --no-install-recommends festival ${missing.map(({ debianPackage }) => debianPackage).join(' ')}`,
    );
  return [
    ...heldOutVariants.map(
      (name): Voice => ({ engine: 'espeak-ng', name: `en-us+${name}`, isHeldOut: true }),
    ),
    ...festivalVoices
      .filter(isInstalled)
      .map(({ name }): Voice => ({ engine: 'festival', name, isHeldOut: true })),
  ];
}
