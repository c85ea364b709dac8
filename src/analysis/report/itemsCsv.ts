import { type Cell, csvText } from '../../base/writeCsv.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import { naturalLevel } from '../byStage/recognition.ts';
import { type ModelScores, modelScore, type Stimuli } from '../trials/stimuli.ts';

/**
 * The sounds that humans answered, one row each, to publish: how many heard it, how many were right, the commonest answer,
 * and what each model made of it.
 *
 * @param options - Human rows to use (1) or not (0), stimuli and models.
 * @returns Text of a CSV file; empty cells where a model never heard the sound.
 */
export function itemsCsv(
  table: TrialTable,
  { rows, stimuli, models }: { rows: Uint8Array; stimuli: Stimuli; models: readonly ModelScores[] },
): string {
  const trials = new Uint32Array(stimuli.count);
  const correct = new Uint32Array(stimuli.count);
  const answers = new Map<number, Map<number, number>>();
  for (let row = 0; row < table.count; row++) {
    if (!rows[row]) continue;
    const sound = stimuli.ofRow[row]!;
    trials[sound]! += 1;
    correct[sound]! += table.correct[row]!;
    const own = answers.get(sound) ?? new Map<number, number>();
    answers.set(sound, own);
    own.set(table.response.codes[row]!, (own.get(table.response.codes[row]!) ?? 0) + 1);
  }
  const header = [
    ...['task', 'source', 'condition', 'metamer_model', 'stage', 'target', 'n', 'correct'],
    ...['proportion_correct', 'commonest_answer', 'commonest_answer_n'],
    ...models.flatMap(({ observer }) => [
      `${observer}_answer`,
      `${observer}_correct`,
      `${observer}_probability`,
    ]),
  ];
  const sounds = [...answers.keys()];
  return csvText(
    header,
    sounds.map((sound): Cell[] => {
      const row = stimuli.firstRow[sound]!;
      const name = (column: 'task' | 'source' | 'condition' | 'metamerModel' | 'stage' | 'target') =>
        nameAt(table[column], row);
      const [answer, count] = commonest(answers.get(sound)!);
      return [
        ...[name('task'), name('source'), name('condition'), name('metamerModel')],
        ...[name('stage') || (name('condition') === naturalLevel ? naturalLevel : ''), name('target')],
        ...[trials[sound]!, correct[sound]!, correct[sound]! / trials[sound]!],
        ...[table.response.names[answer]!, count],
        ...models.flatMap((model): Cell[] =>
          model.trials[sound] === 0
            ? [null, null, null]
            : [
                model.response[sound]! < 0 ? null : table.response.names[model.response[sound]!]!,
                modelScore(model, sound, 'answers'),
                modelScore(model, sound, 'probability'),
              ],
        ),
      ];
    }),
  );
}

/** Of answers given equally often the one given first. */
function commonest(counts: ReadonlyMap<number, number>): [answer: number, count: number] {
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
}
