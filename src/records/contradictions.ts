import { metamerCondition, naturalCondition } from './conditions.ts';
import { foldedLabel } from './foldedLabel.ts';
import type { TrialColumn, TrialRecord } from './trialRecord.ts';

/** A cell that another of its row belies. */
export interface Contradiction {
  column: TrialColumn;
  /** What it must be, and why. */
  rule: string;
}

/** Column in which a record contradicts itself; undefined where it does not. */
export function contradictionIn(record: TrialRecord): Contradiction | undefined {
  return wrongCorrect(record) ?? wrongStage(record) ?? wrongExclusion(record);
}

/** Of several answers one must be the target. A trial without an answer may be marked either way. */
function wrongCorrect({ target, response, correct }: TrialRecord): Contradiction | undefined {
  if (correct === null || response === '' || (response === target) === correct) return undefined;
  // Spaces, letter case and how accents are composed do not make another answer.
  const answered = response.split(';').some((answer) => foldedLabel(answer) === foldedLabel(target));
  if (answered === correct) return undefined;
  return {
    column: 'correct',
    rule: `${answered} where the target is '${target}' and the response '${response}'`,
  };
}

function wrongStage({ condition, stage, metamerModel }: TrialRecord): Contradiction | undefined {
  if (condition === naturalCondition)
    return stage === ''
      ? undefined
      : { column: 'stage', rule: `empty where the condition is '${naturalCondition}'` };
  const slash = condition.indexOf('/');
  if (slash < 0 || condition === metamerCondition(metamerModel, stage)) return undefined;
  const [model, matched] = [condition.slice(0, slash), condition.slice(slash + 1)];
  const rule = (value: string) => `'${value}' where the condition is '${condition}'`;
  if (metamerModel !== '' && model === metamerModel) return { column: 'stage', rule: rule(matched) };
  if (stage !== '' && matched === stage) return { column: 'metamer_model', rule: rule(model) };
  return undefined;
}

function wrongExclusion({ excluded, exclusionRules }: TrialRecord): Contradiction | undefined {
  return exclusionRules.length > 0 && !excluded
    ? { column: 'excluded', rule: `true where exclusion_rules holds '${exclusionRules.join(';')}'` }
    : undefined;
}
