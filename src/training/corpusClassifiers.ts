import type { AuditoryModel, Classifier, CorpusTask } from '../model/auditoryModel.ts';

/** A classifier of what corpora have labels of. */
export type CorpusClassifier = Classifier & { task: CorpusTask };

/**
 * Classifiers of words and genres; a model may have others beside them, for which a corpus has no labels.
 */
export function corpusClassifiers({ classifiers }: Pick<AuditoryModel, 'classifiers'>): CorpusClassifier[] {
  return classifiers.flatMap((classifier) => {
    const { task } = classifier;
    return task === 'word' || task === 'genre' ? [{ ...classifier, task }] : [];
  });
}
