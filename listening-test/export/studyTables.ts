import { participantRules, trialRules } from '../../src/records/exclusionRules.ts';
import { type TrialField, trialFieldList } from '../../src/records/trialRecord.ts';
import { trialCells } from '../../src/records/writeTrials.ts';
import { conductFlags, participantFlags } from '../session/trials/conduct.ts';
import type { LoadedStudy } from '../study/loadStudy.ts';
import { taskKinds, taskTypeOf } from '../tasks/taskTypes.ts';
import { answerColumns, conductColumns, headphoneColumns, playColumns, stepColumns } from './detailTables.ts';
import { exclusionColumns, exclusionRows } from './exclusionRows.ts';
import { participantColumns } from './participantColumns.ts';
import type { StudyDetails } from './readDetails.ts';
import { groupedBySession, type HumanTrial, type StudyRecords } from './readRecords.ts';
import { surveyColumns, surveyRows } from './surveyRows.ts';
import { type Column, type ColumnType, idsWithMeanings, type Table, tableOf } from './table.ts';
import { thresholdColumns, thresholdRows } from './thresholdRows.ts';

/**
 * Every table of a study: all that is stored of participants and what experimenters did, but no recruitment id and no
 * token.
 *
 * @param records - Trials and participants.
 * @param details - What is stored beside them.
 * @param loaded - The study.
 * @returns The tables; `trials` is the first.
 */
export function studyTables(
  records: StudyRecords,
  details: StudyDetails,
  loaded: Pick<LoadedStudy, 'study' | 'paths' | 'stimuli'>,
): Table[] {
  const { trials, participants } = records;
  const bySession = groupedBySession(trials);
  const rates = outputRates(details);
  const people = participants.map((person) => ({
    ...person,
    outputSampleRateHz: rates.get(person.session) ?? null,
  }));
  const conducts = participants.map((person) => ({ person, trials: bySession.get(person.session) ?? [] }));
  return [
    trialTable(trials),
    tableOf(
      'participants',
      'One row a session: who took part, in which list, and what was asked of the person',
      participantColumns(people),
    )(people),
    tableOf(
      'exclusions',
      'One row a rule that excludes a participant or a trial',
      exclusionColumns,
    )(exclusionRows(records, details.byHand)),
    tableOf('answers', 'One row a trial of trials.csv: how its answer came about', answerColumns)(trials),
    ...(loaded.paths.size === 0
      ? []
      : [
          tableOf(
            'thresholds',
            'One row a staircase of a participant, with its threshold',
            thresholdColumns,
          )(thresholdRows(trials, loaded)),
        ]),
    ...tablesOfTypes(trials, loaded),
    tableOf(
      'plays',
      'One row for every play that began, of trials and headphone checks',
      playColumns,
    )(details.plays),
    tableOf(
      'headphones',
      'One row for every answer in a headphone check',
      headphoneColumns,
    )(details.headphones),
    tableOf(
      'surveys',
      'One row for every answered question of a survey',
      surveyColumns,
    )(surveyRows(participants)),
    tableOf('steps', 'One row for every step that is no trial', stepColumns)(details.steps),
    tableOf(
      'conduct',
      'One row a session: signs of inattention, outsourcing and automation',
      conductColumns,
    )(conducts),
  ];
}

/** Tables that types of trials have for themselves. */
function tablesOfTypes(
  trials: readonly HumanTrial[],
  { study, stimuli }: Pick<LoadedStudy, 'study' | 'stimuli'>,
): Table[] {
  return taskKinds.flatMap((kind) => {
    const { table } = taskTypeOf(kind);
    const isOfKind = (task: string) => study.tasks[task]?.kind === kind;
    if (!table || !Object.keys(study.tasks).some(isOfKind)) return [];
    const own = trials.filter(({ task }) => isOfKind(task));
    return [
      table(
        own.map(({ stimulus, response, detail, ...trial }) => ({
          ...trial,
          parts: stimuli.get(stimulus)?.parts ?? [],
          response: response.split(';'),
          details: detail.details,
        })),
      ),
    ];
  });
}

/**
 * What experimenters did, as a table.
 *
 * @param entries - The log.
 * @returns The table; it names experimenters and is not for publication.
 */
export function auditTable(entries: StudyDetails['audit']): Table {
  const columns: Column<StudyDetails['audit'][number]>[] = [
    { name: 'at', meaning: 'When, server clock', type: 'time', cell: ({ at }) => at },
    {
      name: 'actor',
      meaning: 'Account of the experimenter, participant, quota or command line',
      cell: ({ actor }) => actor,
    },
    { name: 'action', meaning: 'What was done', cell: ({ action }) => action },
    { name: 'detail', meaning: 'To whom or what', cell: ({ detail }) => detail },
  ];
  return tableOf(
    'audit',
    'One row for everything that experimenters did, and for every erasure',
    columns,
  )(entries);
}

function trialTable(trials: readonly HumanTrial[]): Table {
  const ids: Partial<Record<TrialField, Readonly<Record<string, string>>>> = {
    exclusionRules: { ...participantRules, ...trialRules },
    conductFlags: { ...participantFlags, ...conductFlags },
  };
  const columns = trialFieldList.map(([field, { column, kind, meaning }], place) => ({
    name: column,
    meaning: ids[field] ? `${meaning}: ${idsWithMeanings(ids[field])}` : meaning,
    ...(kindTypes[kind] ? { type: kindTypes[kind] } : {}),
    cell: (trial: HumanTrial) => trialCells(trial)[place]!,
  }));
  return tableOf(
    'trials',
    'One row a trial of practice and main part, catch trials included',
    columns,
  )(trials);
}

const kindTypes: Readonly<Record<string, ColumnType>> = {
  index: 'number',
  indexOrNone: 'number',
  flag: 'boolean',
  milliseconds: 'number',
  probability: 'number',
  rules: 'ids',
};

/** The browser cannot tell the rate before the first sound; every play's report has it. */
function outputRates({ plays }: StudyDetails): Map<string, number> {
  const rates = new Map<string, number>();
  for (const { session, report } of plays)
    if (report && report.sampleRateHz > 0 && !rates.has(session)) rates.set(session, report.sampleRateHz);
  return rates;
}
