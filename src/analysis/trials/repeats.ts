import { counted, listed } from '../../base/inWords.ts';
import type { TrialTable } from '../../records/trialTable.ts';

/**
 * Says who heard sounds of the main block more than once, and whose trial indices occur twice, as when one id was used
 * in two sessions.
 *
 * @param table - The trials.
 * @param rows - Human rows of the main block (1) or not (0).
 * @returns Sentences; none where nothing is repeated.
 */
export function repeatNotes(table: TrialTable, stimulusOfRow: Int32Array, rows: Uint8Array): string[] {
  const sounds = repeatedKeys(table, rows, stimulusOfRow);
  const indices = repeatedKeys(table, rows, table.trialIndex);
  const named = (repeats: ReadonlyMap<string, number>, what: string) =>
    listed(
      [...repeats].map(([participant, count]) => `${participant} (${counted(count, what)})`),
      8,
    );
  const notes: string[] = [];
  if (sounds.size > 0)
    notes.push(
      `Heard more than once: ${named(sounds, 'sound')}. Each is one listener all the same: pairs and halves are of different people, though κ counts a pair for each of the answers.`,
    );
  if (indices.size > 0)
    notes.push(
      `The same trial index stands twice for ${named(indices, 'trial')}: one id in two sessions, or a session recorded twice? Leave one out, or give two ids if they are two people.`,
    );
  return notes;
}

/** By participant, the number of rows that repeat an earlier row's key. */
function repeatedKeys(table: TrialTable, rows: Uint8Array, keys: Int32Array): Map<string, number> {
  const used: number[] = [];
  for (let row = 0; row < table.count; row++) if (rows[row]) used.push(row);
  const participants = table.participant.codes;
  const order = Int32Array.from(used).sort(
    (a, b) => participants[a]! - participants[b]! || keys[a]! - keys[b]!,
  );
  const repeats = new Map<string, number>();
  for (let i = 1; i < order.length; i++) {
    const [before, row] = [order[i - 1]!, order[i]!];
    if (participants[before] !== participants[row] || keys[before] !== keys[row]) continue;
    const name = table.participant.names[participants[row]!]!;
    repeats.set(name, (repeats.get(name) ?? 0) + 1);
  }
  return repeats;
}
