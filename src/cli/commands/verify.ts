import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { judge } from '../../synthesis/criteria.ts';
import { findNull, type NullDistribution } from '../../synthesis/null/nullDistribution.ts';
import { readRunRecord, runFiles } from '../../synthesis/runs/runFolder.ts';
import { readRunSounds } from '../../synthesis/runs/runSounds.ts';
import type { Command, ExitCode, Flags } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { nullFlag } from '../flags/nullFlag.ts';
import { verdictExit, verdictTable } from '../terminal/verdictTable.ts';

/** `metamer verify`: judges runs anew from their sounds. */
export const verifyCommand: Command = {
  name: 'verify',
  summary: 'judge runs anew from their two sounds alone, with the exact cochleagram',
  arguments: '<runs...>',
  flags: [
    { flag: '--model <model>', help: 'name or folder (default: the one that run.json names)' },
    {
      ...nullFlag,
      help: `${nullFlag.help.slice(0, -1)}; a run that was tested keeps its maxima)`,
    },
    ...engineFlags,
    { flag: '--json', help: 'print the verdicts as JSON' },
  ],
  examples: [
    'metamer verify metamers/speech-no/conv3',
    'metamer verify metamers/*/* --null null.json --json',
  ],
  run: runVerify,
};

async function runVerify(runs: string[], flags: Flags): Promise<ExitCode> {
  const verdicts = [];
  for (const run of runs) verdicts.push(await verifyRun(run, flags));
  const folders = runs.map((folder) => ({ folder }));
  process.stdout.write(
    flags['json'] ? `${JSON.stringify(verdicts, null, 2)}\n` : verdictTable(folders, verdicts),
  );
  return verdictExit(folders, verdicts);
}

async function verifyRun(run: string, flags: Flags) {
  const record = readRunRecord(run);
  if (!record)
    throw new InputError(
      `${run} must be the folder of a finished run with ${runFiles.record}${existsSync(join(run, runFiles.checkpoint)) ? '; it was interrupted, run its command again' : '; give such a folder'}`,
    );
  const { model: name, modelPath } = record;
  const askedModel = flags['model'] as string | undefined;
  const nameOrFolder = askedModel ?? modelPath ?? name;
  if (askedModel === undefined && modelPath && !existsSync(modelPath))
    throw new InputError(
      `${run} was made with the model in ${modelPath}, which is not there; give its place with --model`,
    );
  const model = loadModel(nameOrFolder);
  if (model.hash !== record.modelHash)
    throw new InputError(
      `${run} was made with a model of hash ${record.modelHash.slice(0, 12)}…, ${model.name} has ${model.hash.slice(0, 12)}…; give the model's folder with --model`,
    );
  const sounds = await readRunSounds(run, model);
  const asked = flags['null'] as string | undefined;
  const nullDistribution =
    (asked === undefined ? nullOfRecord(record) : undefined) ??
    findNull(asked, { nameOrFolder, hash: model.hash });
  const stages = Object.keys(record.objective.weights);
  const judged = await judge(model, sounds, stages, {
    nullDistribution,
    ...engineOptions(flags),
    threads: record.threads,
  });
  return {
    ...{ run, model: record.model, stage: record.stage, passed: judged.criteria.passed },
    nullPath: nullDistribution?.path ?? null,
    ...judged,
  };
}

/** The null that a run was judged against, as far as its record keeps it. */
function nullOfRecord({ model, modelHash, criteria, nullPath }: RunRecord): NullDistribution | undefined {
  if (!criteria.nullMaxima) return undefined;
  const stages = Object.entries(criteria.nullMaxima).map(([stage, { spearman, pearson, snrDb }]) => [
    stage,
    { spearman: { max: spearman }, pearson: { max: pearson }, snrDb: { max: snrDb } },
  ]);
  return {
    ...{ model, modelHash, pairs: 0, stages: Object.fromEntries(stages) },
    ...(nullPath ? { path: nullPath } : {}),
  };
}
