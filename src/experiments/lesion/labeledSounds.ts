import { groupedBy } from '../../base/groups.ts';
import { InputError } from '../../base/inputError.ts';
import { listed } from '../../base/inWords.ts';
import { createRandom } from '../../base/random.ts';
import { evaluationChoices } from '../../corpus/excerpts/evaluationSet.ts';
import { type Choice, createExcerptSource } from '../../corpus/excerpts/excerptSource.ts';
import { readCorpus, type SplitName } from '../../corpus/format/corpusFormat.ts';
import { loadCorpus } from '../../corpus/format/loadCorpus.ts';
import type { AuditoryModel, Task } from '../../model/auditoryModel.ts';
import { nullLabel } from '../../model/modelDescription.ts';

/** A sound with the right answer in one of a model's tasks. */
export interface LabeledSound {
  task: Task;
  /** One of the task's labels. */
  label: string;
  /** Whether it ranks units or measures what their removal costs. */
  half: 'ranking' | 'test';
  /** Shape [model.samples]. */
  waveform: Float32Array;
}

/** Which excerpts of a corpus are taken. */
export interface LabeledSoundsOptions {
  split: SplitName;
  /** Excerpts of each label, both halves together. */
  perLabel: number;
  seed: number;
}

/**
 * Clean words and pieces of music of a corpus, in two halves that share no recording; only where a label has a single
 * one, its excerpts are divided.
 *
 * @param model - Its labels choose words and genres.
 * @param corpusFolder - What `buildCorpus` wrote.
 * @param options - Split, size, seed.
 * @returns The sounds; labels that the split has no excerpt of are left out.
 * @throws InputError for a corpus with no word, or no genre, that the model knows.
 */
export async function labeledSounds(
  model: Pick<AuditoryModel, 'classifiers'>,
  corpusFolder: string,
  { split, perLabel, seed }: LabeledSoundsOptions,
): Promise<LabeledSound[]> {
  const stored = readCorpus(corpusFolder);
  const known = { word: stored.description.words, genre: stored.description.genres };
  const shared = (task: 'word' | 'genre') => {
    const labels = model.classifiers.find((classifier) => classifier.task === task)?.labels ?? [];
    const own = labels.filter((label) => label !== nullLabel);
    const both = own.filter((label) => known[task].includes(label));
    if (own.length > 0 && both.length === 0)
      throw new InputError(
        `${corpusFolder} must have ${task}s that the model knows (${listed(own, 5)}), it has ${listed(known[task], 5) || 'none'}; give a corpus like that of the model's training`,
      );
    return both;
  };
  const corpus = await loadCorpus(stored, { words: shared('word'), genres: shared('genre') });
  const source = createExcerptSource(corpus, { split, augment: false });
  return (['word', 'genre'] as const).flatMap((task) => {
    const choices = evaluationChoices(source, { task, perLabel, seed });
    const halves = halvesOf(choices, task);
    return choices.map((choice, i): LabeledSound => {
      const waveform = new Float32Array(source.samples);
      source.renderInto(waveform, choice, createRandom(seed, task, i));
      return { task, label: choice.entry![task]!, half: halves[i]!, waveform };
    });
  });
}

/** Recordings of each label go to the halves by turns; excerpts of one recording stay together if there are others. */
function halvesOf(choices: readonly Choice[], task: 'word' | 'genre'): LabeledSound['half'][] {
  const ofLabel = groupedBy(choices, ({ entry }) => entry![task]!);
  const seen = new Map<string, number>();
  return choices.map(({ entry }) => {
    const label = entry![task]!;
    const recordings = [...new Set(ofLabel.get(label)!.map((choice) => choice.entry!.id))];
    const turn = seen.get(label) ?? 0;
    seen.set(label, turn + 1);
    const place = recordings.length > 1 ? recordings.indexOf(entry!.id) : turn;
    return place % 2 === 0 ? 'ranking' : 'test';
  });
}
