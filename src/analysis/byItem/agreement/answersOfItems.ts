import { numberOf } from '../../../base/groups.ts';
import type { TrialTable } from '../../../records/trialTable.ts';
import { type ModelScores, modelScore, type ScoreKind } from '../../trials/stimuli.ts';
import type { Items } from '../items.ts';
import type { AgreementAnswers, ResponseAnswers } from './agreementAnswers.ts';

/**
 * A curve's answers as the measures of agreement need them.
 *
 * @param items - The curve's items.
 * @param models - Models that answered.
 * @param options - What the models' scores are made of; the trials, where it matters what was answered.
 */
export function answersOfItems(
  items: Items,
  models: readonly ModelScores[],
  { kind, table }: { kind: ScoreKind; table?: TrialTable },
): AgreementAnswers {
  const codes = new Map<number, number>();
  const listener = items.answers.listener.map((code) => numberOf(codes, code));
  return {
    listener,
    item: items.answers.item,
    correct: items.answers.share,
    times: items.answers.times,
    listeners: codes.size,
    source: items.source,
    level: items.level,
    sources: items.sources,
    levels: items.levels,
    models: models.map((scores) =>
      Float64Array.from(items.stimulus, (sound) => modelScore(scores, sound, kind)),
    ),
    responses: table ? responsesOf(table, items, models) : null,
  };
}

function responsesOf(
  { response, target }: TrialTable,
  items: Items,
  models: readonly ModelScores[],
): ResponseAnswers | null {
  const { entryOfTrial, times, item: itemOfRow } = items.answers;
  const targets = Int32Array.from(items.targetRow, (row) => target.codes[row]!);
  const answers = Math.max(response.names.length, target.names.length);
  const kinds = new Map<number, number>();
  const entries = { row: new Int32Array(items.rows.length), kind: new Int32Array(items.rows.length) };
  const counts = new Uint32Array(items.rows.length);
  let given = 0;
  // Of listeners who heard an item more than once: which entry is whose. Of all others it would be as large as the table.
  const again = new Map<number, number>();
  items.rows.forEach((trial, position) => {
    const code = response.codes[trial]!;
    if (response.names[code] === '') return;
    const row = entryOfTrial[position]!;
    const key = itemOfRow[row]! * answers + code;
    const kind = numberOf(kinds, key);
    const known = times[row]! > 1 ? again.get(row * answers + code) : undefined;
    const at = known ?? given++;
    if (times[row]! > 1) again.set(row * answers + code, at);
    entries.row[at] = row;
    entries.kind[at] = kind;
    counts[at]! += 1;
  });
  if (given === 0) return null;
  const rows = entries.row.slice(0, given);
  const share = Float64Array.from(rows, (row, i) => counts[i]! / times[row]!);
  const keys = [...kinds.keys()];
  const answered = new Float64Array(times.length);
  const wrong = new Float64Array(times.length);
  rows.forEach((row, i) => {
    answered[row]! += share[i]!;
    if (keys[entries.kind[i]!]! % answers !== targets[itemOfRow[row]!]!) wrong[row]! += share[i]!;
  });
  return {
    row: rows,
    share,
    kind: entries.kind.slice(0, given),
    item: Int32Array.from(keys, (key) => Math.floor(key / answers)),
    answer: Int32Array.from(keys, (key) => key % answers),
    answers,
    answered,
    wrong,
    target: targets,
    models: models.map((scores) => {
      const answer = Int32Array.from(items.stimulus, (sound) => scores.response[sound]!);
      return { answer, kind: answer.map((code, item) => kinds.get(item * answers + code) ?? -1) };
    }),
  };
}
