import type { ParticipantRecord, StudyRecords } from './readRecords.ts';

/**
 * The records in the shape of `jsPsych.data.get().json()`, for scripts made for jsPsych.
 *
 * @param records - The study's records.
 * @returns One text, `jspsych.json`, by its file name.
 */
export function jspsychFiles({ trials, participants }: StudyRecords): Map<string, string> {
  const start = new Map(
    participants.map(({ participant, startedAt }) => [participant, Date.parse(startedAt)]),
  );
  const rows = trials.map((trial) => ({
    trial_type: 'metamer-trial',
    trial_index: trial.trialIndex,
    plugin_version: '1.0.0',
    time_elapsed: Math.max(0, Date.parse(trial.respondedAt) - start.get(trial.participant)!),
    rt: trial.rtMs,
    stimulus: `${trial.sourceId} ${trial.condition}`,
    response: trial.response,
    correct: trial.correct,
    subject: trial.participant,
    study: trial.study,
    task: trial.task,
    block: trial.block,
    source_id: trial.sourceId,
    condition: trial.condition,
    stage: trial.stage,
    metamer_model: trial.metamerModel,
    target: trial.target,
    play_valid: trial.playValid,
    excluded: trial.excluded,
    exclusion_rules: trial.exclusionRules,
    conduct_flags: trial.conductFlags,
  }));
  const asked = participants.flatMap(askedRows);
  return new Map([['jspsych.json', `${JSON.stringify([...rows, ...asked], null, 1)}\n`]]);
}

/** What was asked of a participant beside the trials: one row a form, surveys as jsPsych's own plugins stored them. */
function askedRows({ participant, session, answers }: ParticipantRecord): object[] {
  const forms = ['demographics', 'browser', 'comments'].flatMap((step) =>
    answers[step]
      ? [{ trial_type: `metamer-${step}`, subject: participant, session, response: answers[step] }]
      : [],
  );
  const surveys = Object.entries(answers)
    .filter(([step]) => step.startsWith('survey'))
    .flatMap(([survey, { data }]) =>
      Array.isArray(data)
        ? data.map((screen: object) => ({ ...screen, subject: participant, session, survey }))
        : [],
    );
  return [...forms, ...surveys];
}
