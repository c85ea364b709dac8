import type { CorpusTask } from '../../model/auditoryModel.ts';
import type { TaskComparison } from './compareBranchPoints.ts';
import type { BranchStudyConfig } from './studyConfig.ts';

/** What one branch point costs. */
export interface BranchPointCost {
  branchPoint: number;
  /** Learned numbers. */
  parameters: number;
  /** Multiply-accumulates for one sound. */
  macs: number;
}

/** `branch-study.json`. */
export interface BranchStudy {
  config: BranchStudyConfig;
  costs: BranchPointCost[];
  runs: { branchPoint: number; seed: number; modelHash: string; steps: number }[];
  /** Excerpts each model heard, by task. */
  excerpts: Partial<Record<CorpusTask, number>>;
  tasks: Partial<Record<CorpusTask, TaskComparison>>;
  /** Whether the published branch point holds its own, a sentence a task; empty when it is not in the study. */
  verdict: string[];
}
