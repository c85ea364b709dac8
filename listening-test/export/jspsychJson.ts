import type { StudyRecords } from './readRecords.ts';

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
  }));
  return new Map([['jspsych.json', `${JSON.stringify(rows, null, 1)}\n`]]);
}
