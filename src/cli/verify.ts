import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSound } from '../../stimuli/readSound.ts';
import { InputError } from '../inputError.ts';
import { loadModel } from '../model/loadModel.ts';
import { judge } from '../synthesis/criteria.ts';
import { type NullDistribution, readNullDistribution } from '../synthesis/nullDistribution.ts';
import { readRunRecord, runFiles } from '../synthesis/runFolder.ts';
import type { RunRecord } from '../synthesis/runRecord.ts';
import type { Command, ExitCode, Flags } from './command.ts';
import { verdictTable } from './verdictTable.ts';

/** `metamer verify`: judges runs anew from their sounds. */
export const verifyCommand: Command = {
  name: 'verify',
  summary: 'judge runs anew from their two sounds alone, with the exact cochleagram',
  arguments: '<runs...>',
  flags: [
    { flag: '--model <model>', help: 'name or folder (default: the model named in run.json)' },
    { flag: '--null <file>', help: 'null distribution that the match must exceed, see metamer null' },
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
  return verdicts.every(({ criteria }) => criteria.passed) ? 0 : 1;
}

async function verifyRun(run: string, flags: Flags) {
  const record = readRunRecord(run);
  if (!record)
    throw new InputError(
      `${run} must be the folder of a finished run with ${runFiles.record}${existsSync(join(run, runFiles.checkpoint)) ? '; it was interrupted, run its command again' : '; give such a folder'}`,
    );
  const model = loadModel((flags['model'] as string | undefined) ?? record.model);
  if (model.hash !== record.modelHash)
    throw new InputError(
      `${run} was made with a model of hash ${record.modelHash.slice(0, 12)}…, ${model.name} has ${model.hash.slice(0, 12)}…; give the model's folder with --model`,
    );
  const read = async (name: string) =>
    (
      await readSound(join(run, name), {
        sampleRateHz: model.sampleRateHz,
        durationSeconds: model.samples / model.sampleRateHz,
        rms: null,
        demean: false,
      })
    ).samples;
  const sounds = { reference: await read(runFiles.reference), metamer: await read(runFiles.metamer) };
  const nullPath = flags['null'] as string | undefined;
  const nullDistribution =
    nullPath === undefined ? nullOfRecord(record) : readNullDistribution(nullPath, model.hash);
  const stages = Object.keys(record.objective.weights);
  const judged = await judge(model, sounds, stages, { nullDistribution });
  return { run, model: record.model, stage: record.stage, passed: judged.criteria.passed, ...judged };
}

/** The null that a run was judged against, as far as its record keeps it. */
function nullOfRecord({ model, modelHash, criteria }: RunRecord): NullDistribution | undefined {
  if (!criteria.nullMaxima) return undefined;
  const stages = Object.entries(criteria.nullMaxima).map(([stage, { spearman, pearson, snrDb }]) => [
    stage,
    { spearman: { max: spearman }, pearson: { max: pearson }, snrDb: { max: snrDb } },
  ]);
  return { model, modelHash, pairs: 0, stages: Object.fromEntries(stages) };
}
