/** Match of a metamer and its reference at a stage. */
export interface StageMatch {
  /** Spearman's rank correlation of the activations. */
  spearman: number;
  /** Pearson's correlation of the activations. */
  pearson: number;
  /** 20·log10(‖a‖/‖a−b‖), decibels. */
  snrDb: number;
}

/** Label that a classifier gives to both sounds. */
export interface PredictedClass {
  reference: string;
  metamer: string;
}

/** Verdict on one run: the published success criteria (Feather et al. 2023, Methods). */
export interface Criteria extends StageMatch {
  /** 10·log10 of the norm ratio, which the literature prints as SNR: half of `snrDb`. */
  normRatioDb: number;
  /**
   * The class the model hears: of the task that has one, else of the first classifier behind the matched stage; null when
   * the model names no classes.
   */
  predictedClass: PredictedClass | null;
  /** Of every classifier behind the matched stages, by task; all must agree. */
  predictedClasses: Record<string, PredictedClass>;
  /** Match at each matched stage; the values above are the smallest of these. */
  stages: Record<string, StageMatch>;
  /** Largest values of a null distribution by stage; null when the run was not tested against one. */
  nullMaxima: Record<string, StageMatch> | null;
  passed: boolean;
  /** The verdict in words: why it failed, and `not tested against a null` where there was none. */
  verdict: string;
}

/** How far a metamer is from its reference where it was not matched. */
export interface Difference {
  /** Pearson's correlation of the two waveforms. */
  waveformCorrelation: number;
  /** ‖a − b‖ / ‖a‖ at each stage before the matched one. */
  earlierStages: Record<string, number>;
}

/** Steps of a run that hear by a coarser fast ear than the model's, before those that hear by that. */
export interface CoarsePart {
  oversampling: number;
  steps: number;
}

/** What fixes a run to the bit; what a checkpoint must share to be resumed. */
export interface RunSettings {
  /** Path or bundled name of the reference sound as the user gave it. */
  sound: string;
  /** SHA-256 of the reference's samples. */
  soundHash: string;
  /** Matched stage; several are joined by `+`. */
  stage: string;
  model: string;
  modelHash: string;
  /** Objective and weight of each stage. */
  objective: { name: string; weights: Record<string, number> };
  preset: string;
  /** Gradient steps asked for. */
  stepLimit: number;
  seed: number;
  engine: string;
  device: string;
  /** Threads of the graph; the same number gives the same bits. */
  threads: number;
  oversampling: number;
  /** Absent where all steps hear alike. */
  coarse?: CoarsePart;
  /** Hearing impairment of the model's ear, by which the run is judged too; absent for the published ear. */
  ear?: Readonly<Record<string, unknown>>;
}

/** `run.json`: all there is to know about one synthesis run. */
export interface RunRecord extends RunSettings {
  /** Gradient steps taken. */
  steps: number;
  sampleRateHz: number;
  versions: Record<string, string>;
  /** Pairs of step and loss; the last is the finished metamer's. */
  loss: [step: number, value: number][];
  /** Folder or ONNX file of the model as the user gave it; null when it was called by its name, absent in runs of the first versions. */
  modelPath?: string | null;
  /** Names of all the model's stages in processing order; absent in runs of the first versions. */
  stageOrder?: readonly string[];
  /** Path of the null distribution that the criteria were tested against; null when there was none. */
  nullPath: string | null;
  criteria: Criteria;
  difference: Difference;
  /** Wall-clock time of all sittings together, seconds. */
  seconds: number;
  /**
   * Largest resident memory of the process from the last start of this run to its verdict, sampled, MiB. What compiling
   * its graph and earlier runs of the process needed counts as far as it was still resident.
   */
  peakMemoryMiB: number;
}
