import { z } from 'zod';

const count = z.int().min(0).max(1_000_000);

/** What the page saw of how an answer came about. It never changes what is asked and excludes nobody. */
export const conductSchema = z.strictObject({
  /** Times of the trial's first key presses from its start, ms. */
  keyMs: z.array(z.number().min(0).max(1e9)).max(100),
  /** Presses of keys and of mouse, pen or finger that the browser vouches for. */
  keys: count,
  pointers: count,
  /** Insertions from the clipboard, or dragged in. */
  pasted: count,
  /** Keys, clicks and changes that a script made. */
  untrusted: count,
  /** How often the page lost the focus or was hidden, and for how long, ms. */
  leaves: count,
  awayMs: z.number().min(0).max(1e9),
});

/** What the page saw of how an answer came about. */
export type Conduct = z.infer<typeof conductSchema>;

/** Marks on single answers, and what each means. */
export const conductFlags: Readonly<Record<string, string>> = {
  pasted: 'text was pasted or dragged into the answer',
  'untrusted-input': 'a script pressed keys or buttons',
  'no-input': 'the answer came without a key or a press of mouse, pen or finger',
  'left-page': 'the page lost the focus or was hidden during the trial',
  'impossible-time':
    'the answer came less than 100 ms after the form, or keys followed each other within 10 ms',
};

/** Marks on participants, and what each means. */
export const participantFlags: Readonly<Record<string, string>> = {
  'automated-browser': 'the browser says that a program drives it',
};

/**
 * Marks of a participant as a whole.
 *
 * @param answers - Answers by step, as they were given.
 * @returns Ids of {@link participantFlags}.
 */
export function flagsOfParticipant(answers: Record<string, Record<string, unknown>>): string[] {
  return automationOf(answers).length > 0 ? ['automated-browser'] : [];
}

/** Signs that a program drives the browser. */
export function automationOf(answers: Record<string, Record<string, unknown>>): string[] {
  return (answers['browser']?.['automation'] ?? []) as string[];
}

/** No listener reacts sooner (Luce, 1986, Response Times, ch. 2). */
const shortestReactionMs = 100;
const shortestKeyGapMs = 10;
const fewestKeys = 5;

/**
 * Marks of an answer: evidence for analyses with and without, never a verdict.
 *
 * @param conduct - What the page saw; null where nothing was recorded, which marks nothing.
 * @param times - From the end of the sound to answer and form, ms; null where they are not known.
 * @returns Ids of {@link conductFlags}.
 */
export function flagsOf(
  conduct: Conduct | null,
  times: { rtMs: number | null; formMs: number | null },
): string[] {
  if (!conduct) return [];
  const fromFormMs = times.rtMs === null || times.formMs === null ? null : times.rtMs - times.formMs;
  const marks: [string, boolean][] = [
    ['pasted', conduct.pasted > 0],
    ['untrusted-input', conduct.untrusted > 0],
    ['no-input', conduct.keys + conduct.pointers === 0],
    ['left-page', conduct.leaves > 0],
    ['impossible-time', (fromFormMs !== null && fromFormMs < shortestReactionMs) || isMachineTyping(conduct)],
  ];
  return marks.filter(([, isMarked]) => isMarked).map(([flag]) => flag);
}

/** Half of the gaps between five keys or more are shorter than fingers make them. */
function isMachineTyping({ keyMs }: Conduct): boolean {
  if (keyMs.length < fewestKeys) return false;
  const gaps = keyMs.slice(1).map((timeMs, i) => timeMs - keyMs[i]!);
  return gaps.filter((gapMs) => gapMs < shortestKeyGapMs).length >= gaps.length / 2;
}
