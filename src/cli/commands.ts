import type { Command, CommandName } from './command.ts';

/** One line of the command list; the command itself loads only when it is called, so that `--help` is instant. */
export interface CommandEntry extends CommandName {
  load: () => Promise<Command>;
}

/** Every command in the order of the work: listen, model, synthesize, test people, analyze. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary:
      'the whole chain on bundled clips: metamers of speech and music to listen to, and a study from them',
    load: () => import('./commands/demo.ts').then((module) => module.demoCommand),
  },
  {
    name: 'cochleagram',
    summary: 'cochleagram of a sound, as an array (.npy) or a figure (.svg, .png)',
    load: () => import('./commands/cochleagram.ts').then((module) => module.cochleagramCommand),
  },
  {
    name: 'models',
    summary: 'list the models: stages, learned numbers, multiply-accumulates',
    load: () => import('./commands/models.ts').then((module) => module.modelsCommand),
  },
  {
    name: 'stages',
    summary: "list a model's stages in processing order: shape, units, learned numbers, multiply-accumulates",
    load: () => import('./commands/stages.ts').then((module) => module.stagesCommand),
  },
  {
    name: 'describe',
    summary: 'list the tensors of an ONNX file and write a description of it to start from',
    load: () => import('./commands/describe.ts').then((module) => module.describeCommand),
  },
  {
    name: 'import-weights',
    summary: 'make a model of a published PyTorch checkpoint (safetensors of its state dict)',
    load: () => import('./commands/importWeights.ts').then((module) => module.importWeightsCommand),
  },
  {
    name: 'activations',
    summary: "activations of a model's stage for a sound",
    load: () => import('./commands/activations.ts').then((module) => module.activationsCommand),
  },
  {
    name: 'recognize',
    summary: 'word, genre or other classes a model hears in sounds, with probabilities',
    load: () => import('./commands/recognize.ts').then((module) => module.recognizeCommand),
  },
  {
    name: 'synthesize',
    summary: 'make metamers of sounds: other sounds with the same activations at a stage',
    load: () => import('./commands/synthesize.ts').then((module) => module.synthesizeCommand),
  },
  {
    name: 'slurm',
    summary: 'write the sbatch script that makes a batch of metamers on a SLURM cluster',
    load: () => import('./commands/slurm.ts').then((module) => module.slurmCommand),
  },
  {
    name: 'verify',
    summary: 'judge runs anew from their two sounds alone, with the exact cochleagram',
    load: () => import('./commands/verify.ts').then((module) => module.verifyCommand),
  },
  {
    name: 'sheet',
    summary: 'contact sheet and table of a batch: players, cochleagrams and verdicts, stages side by side',
    load: () => import('./commands/sheet.ts').then((module) => module.sheetCommand),
  },
  {
    name: 'null',
    summary: 'null distribution: how well random pairs of natural sounds match at every stage of a model',
    load: () => import('./commands/null.ts').then((module) => module.nullCommand),
  },
  {
    name: 'cross',
    summary: 'how other models recognize metamers, beside their references',
    load: () => import('./commands/cross.ts').then((module) => module.crossCommand),
  },
  {
    name: 'corpus',
    summary: 'build a training corpus of words, music and backgrounds from what the machine can install',
    load: () => import('./commands/corpus.ts').then((module) => module.corpusCommand),
  },
  {
    name: 'train',
    summary: 'train a network on a corpus, with checkpoints; the same command resumes',
    load: () => import('./commands/train.ts').then((module) => module.trainCommand),
  },
  {
    name: 'evaluate',
    summary: "a model's accuracy on a corpus, by task, background, signal-to-noise ratio and source",
    load: () => import('./commands/evaluate.ts').then((module) => module.evaluateCommand),
  },
  {
    name: 'branch-study',
    summary: 'train the branch points of a set and compare accuracy with cost; the same command resumes',
    load: () => import('./commands/branchStudy.ts').then((module) => module.branchStudyCommand),
  },
  {
    name: 'study',
    summary: 'build a listening study from run folders and natural clips',
    load: () => import('./commands/study.ts').then((module) => module.studyCommand),
  },
  {
    name: 'serve',
    summary: "serve a study, or a folder of studies: the participant's and the experimenter's pages",
    load: () => import('./commands/serve.ts').then((module) => module.serveCommand),
  },
  {
    name: 'export',
    summary: "export a study's trial records",
    load: () => import('./commands/export.ts').then((module) => module.exportCommand),
  },
  {
    name: 'backup',
    summary: "copy a study's data while it is being served",
    load: () => import('./commands/backup.ts').then((module) => module.backupCommand),
  },
  {
    name: 'experimenters',
    summary: 'list, add and remove those who may log in to a study, or to a folder of studies',
    load: () => import('./commands/experimenters.ts').then((module) => module.experimentersCommand),
  },
  {
    name: 'links',
    summary:
      'make personal links for a study whose recruiter is `links`: each for one person and one participation',
    load: () => import('./commands/links.ts').then((module) => module.linksCommand),
  },
  {
    name: 'match',
    summary: "match a recruiter's ids with sessions, outcomes and completion codes, to approve, pay or erase",
    load: () => import('./commands/match.ts').then((module) => module.matchCommand),
  },
  {
    name: 'analyze',
    summary: 'human-model agreement report from trial records',
    load: () => import('./commands/analyze.ts').then((module) => module.analyzeCommand),
  },
  {
    name: 'anova',
    summary: 'mixed or within-participant analysis of variance of a long table',
    load: () => import('./commands/anova.ts').then((module) => module.anovaCommand),
  },
  {
    name: 'brain',
    summary: "how well a model's stages predict measured responses to sounds (ridge regression)",
    load: () => import('./commands/brain.ts').then((module) => module.brainCommand),
  },
  {
    name: 'lesion',
    summary: 'whether two tasks need the same units of the stages they share: removes them and measures both',
    load: () => import('./commands/lesion.ts').then((module) => module.lesionCommand),
  },
  {
    name: 'learned-ear',
    summary: 'train networks whose ear learns its filters from random starts; the same command resumes',
    load: () => import('./commands/learnedEar.ts').then((module) => module.learnedEarCommand),
  },
  {
    name: 'causes',
    summary:
      'train a network to infer what made a sound, and compare its stages with those of one that recognizes',
    load: () => import('./commands/causes.ts').then((module) => module.causesCommand),
  },
  {
    name: 'drive',
    summary: 'make sounds that drive a unit, channel, class or measured response as high as can be',
    load: () => import('./commands/drive.ts').then((module) => module.driveCommand),
  },
  {
    name: 'distort',
    summary: 'changes of sounds, at stated levels, that stages notice most and least or that tell them apart',
    load: () => import('./commands/distort.ts').then((module) => module.distortCommand),
  },
  {
    name: 'doctor',
    summary: 'what is installed, what is missing, and the command that brings it',
    load: () => import('./commands/doctor.ts').then((module) => module.doctorCommand),
  },
  {
    name: 'completion',
    summary: 'the script that completes commands and flags in bash, zsh or fish',
    load: () =>
      import('./commands/completion.ts').then((module) =>
        module.completionCommand(() =>
          Promise.all(commands.map(async ({ load, ...named }) => ({ ...named, ...(await load()) }))),
        ),
      ),
  },
  {
    name: 'bench',
    summary: "measure the speed of the toolkit's main parts on this machine",
    load: () => import('./commands/bench.ts').then((module) => module.benchCommand),
  },
];
