import { z } from 'zod';
import type { GatheredPart, TaskType } from '../taskType.ts';
import { scoreTable } from './scoreTable.ts';

/** Ends of the scale. */
const [lowest, highest] = [0, 100];
/** Recommendation ITU-R BS.1534-3, § 5.1: more cannot be held against each other. */
const mostSounds = 15;

/** Settings of a multi-stimulus test. */
const mushraSettings = z.strictObject({
  /** Cut-off frequencies of the low-passed anchors, Hz: low and middle range. */
  anchorsHz: z.array(z.number().min(500).max(20_000)).max(3).prefault([3500, 7000]),
});

const places = z.array(z.int().min(0).max(mostSounds)).max(mostSounds + 1);

/**
 * All versions of a source on one screen, each on a scale of quality beside the open reference; among them hidden the
 * reference itself, and low-passed anchors.
 *
 * @see Recommendation ITU-R BS.1534-3.
 */
export const mushra: TaskType = {
  form: 'mushra',
  settings: mushraSettings,
  defaults: {
    prompt: 'How good is each sound, compared with the reference?',
    instructions: `## Compare with the reference

You see a reference and several sounds, which you can play as often as you like. Rate each of them against the reference. One of them **is** the reference: it should get 100.`,
    unknownAnswer: false,
  },
  labels: () => Array.from({ length: highest - lowest + 1 }, (_, i) => String(lowest + i)),
  arrange: null,
  gather: ({ reference, versions, settings }) => {
    const { anchorsHz } = settings as z.infer<typeof mushraSettings>;
    const own = { stage: '', metamerModel: '', sound: reference };
    const parts: GatheredPart[] = [
      { ...own, role: 'reference', condition: 'natural' },
      { ...own, role: 'hidden-reference', condition: 'natural' },
      ...anchorsHz.map((lowPassHz) => ({
        ...own,
        role: 'anchor' as const,
        condition: `anchor-${lowPassHz}-hz`,
        lowPassHz,
      })),
      ...versions.map((version) => ({ ...version, role: 'version' as const })),
    ];
    return parts;
  },
  mostParts: mostSounds + 1,
  fits: (response, { labels, parts }) =>
    response.length === parts - 1 && response.every((score) => labels.includes(score)),
  isCorrect: null,
  details: {
    /** The sounds as they stood on the page, by their places in the clip, the reference being 0. */
    order: places.optional(),
    /** How often each was played, the reference first. */
    listens: z
      .array(z.int().min(0).max(10_000))
      .max(mostSounds + 1)
      .optional(),
  },
  table: scoreTable,
};
