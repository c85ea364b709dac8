/** Match of a metamer and its reference at a stage. */
export interface StageMatch {
  /** Spearman's rank correlation of the activations. */
  spearman: number;
  /** Pearson's correlation of the activations. */
  pearson: number;
  /** 20·log10(‖a‖/‖a−b‖), decibels. */
  snrDb: number;
}

/** Verdict on one run: the published success criteria (Feather et al. 2023, Methods). */
export interface Criteria extends StageMatch {
  /** What the model's classifiers say of both sounds; of several tasks, joined as `word: x, genre: y`. */
  predictedClass: { reference: string; metamer: string };
  /** Largest values of a null distribution at the stage; null when the run was not tested against one. */
  nullMaxima: StageMatch | null;
  passed: boolean;
}

/** `run.json`: all there is to know about one synthesis run. */
export interface RunRecord {
  /** Path or bundled name of the reference sound as the user gave it. */
  sound: string;
  /** Matched stage; several are joined by `+`. */
  stage: string;
  model: string;
  modelHash: string;
  preset: string;
  /** Gradient steps taken. */
  steps: number;
  seed: number;
  engine: string;
  device: string;
  versions: Record<string, string>;
  /** Pairs of step and loss. */
  loss: [step: number, value: number][];
  criteria: Criteria;
  /** Wall-clock time, seconds. */
  seconds: number;
  peakMemoryMiB: number;
}
