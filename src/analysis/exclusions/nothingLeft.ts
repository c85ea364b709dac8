import { InputError } from '../../base/inputError.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import type { Exclusion, ExclusionStep } from './exclude.ts';

/**
 * What to say when the rules left nothing to analyze: who was excluded, and by which of them.
 *
 * @param table - The trials.
 * @param exclusion - Every step that removed some.
 */
export function nothingLeft(
  table: Pick<TrialTable, 'files' | 'observer'>,
  exclusion: Pick<Exclusion, 'startParticipants' | 'steps'>,
): InputError {
  const removals = exclusion.steps.flatMap((step) => removal(step, exclusion.startParticipants));
  return new InputError(
    `${filesOfHumans(table).join(' and ')}: no human trial of the main block is left after the exclusions: ${removals.join(' and ')}; add participants, or loosen the rules (exclusions)`,
  );
}

function removal(
  { rule, description, removedParticipants: people, removedTrials }: ExclusionStep,
  all: number,
): string[] {
  const by = `excluded by '${rule}', ${description}`;
  const names = people.map(({ participant }) => participant);
  if (names.length > 0) return [`${who(names, all)} ${by}`];
  return removedTrials > 0 ? [`${removedTrials} single trials were ${by}`] : [];
}

const shownNames = 5;

function who(names: readonly string[], all: number): string {
  if (all === 1) return `the only participant, ${names[0]}, was`;
  const more = names.length > shownNames ? ', …' : '';
  const verb = names.length === 1 ? 'was' : 'were';
  return `${names.length} of ${all} participants (${names.slice(0, shownNames).join(', ')}${more}) ${verb}`;
}

/** Tables of models' answers alone have nothing to do with it. */
function filesOfHumans({ files, observer }: Pick<TrialTable, 'files' | 'observer'>): string[] {
  const human = observer.names.indexOf('human');
  return files
    .filter(({ firstRow }, i) => observer.codes.subarray(firstRow, files[i + 1]?.firstRow).includes(human))
    .map(({ path }) => path);
}
