/** File names in a training's folder, besides those of the model. */
export const trainingFiles = {
  config: 'training.json',
  log: 'metrics.jsonl',
  /** How fast each line of the log was reached: time differs from run to run, the log does not. */
  timing: 'timing.jsonl',
  summary: 'metrics.json',
  curves: 'curves.svg',
  checkpoint: 'checkpoint.safetensors',
  /** Weights of the best validation so far; only with `patience`. */
  best: 'best.safetensors',
} as const;
