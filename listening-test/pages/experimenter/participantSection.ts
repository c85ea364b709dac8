import type { Summary } from '../../experimenter/summary.ts';
import { button, element } from '../shared/element.ts';
import { table, time } from './table.ts';

/**
 * The participants, with exclusion and erasure.
 *
 * @param actions - What the buttons do.
 * @returns The section and how to show new rows.
 */
export function participantSection(actions: {
  erase: (participant: string) => void;
  exclude: (participant: string, reason: string) => void;
}): { root: HTMLElement; update: (rows: Summary['participants']) => void } {
  const list = element('div', {});
  const reason = element('input', { id: 'reason', type: 'text', maxlength: 1000 });
  const who = element('h2', { id: 'participant-title' }, '');
  let chosen = '';
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'participant-title' },
    who,
    element('label', { for: 'reason' }, 'Reason of an exclusion (the data stays, marked as excluded)'),
    reason,
    element(
      'p',
      { class: 'buttons column' },
      button('Exclude', () => {
        if (reason.value.trim() === '') return reason.focus();
        dialog.close();
        actions.exclude(chosen, reason.value.trim());
      }),
      button('Erase everything of this participant; this cannot be undone', () => {
        dialog.close();
        actions.erase(chosen);
      }),
      button('Cancel', () => dialog.close(), { class: 'primary' }),
    ),
  );
  const open = (participant: string) => {
    chosen = participant;
    who.textContent = participant;
    reason.value = '';
    dialog.showModal();
  };
  const update = (rows: Summary['participants']) => {
    list.replaceChildren(
      table(
        'Participants',
        [['participant'], ['state'], ['step'], ['trials', 'number'], ['last heard of', 'time'], ['action']],
        rows.map(({ participant, state, step, position, lastSeenAt }) => [
          participant,
          state,
          step,
          position,
          time(lastSeenAt),
          button('Change…', () => open(participant), { 'aria-label': `Change ${participant}` }),
        ]),
      ),
    );
  };
  return {
    root: element('section', { class: 'screen' }, element('h2', {}, 'Participants'), list, dialog),
    update,
  };
}
