import type { ListedParticipant } from '../../experimenter/participants.ts';
import { button, element } from '../shared/element.ts';

/** What can be done with a participant. */
export interface ParticipantActions {
  exclude: (participant: string, reason: string) => void;
  /** Takes an exclusion by hand back. */
  include: (participant: string) => void;
  erase: (participant: string) => void;
}

/**
 * The dialog about one participant. Erasing asks again: the code must be typed.
 *
 * @param actions - What the buttons do.
 * @returns The dialog and how to open it.
 */
export function participantDialog(actions: ParticipantActions): {
  root: HTMLElement;
  open: (row: ListedParticipant) => void;
} {
  const reason = element('input', { id: 'reason', type: 'text', maxlength: 1000 });
  const confirmation = element('input', { id: 'confirmation', type: 'text', autocomplete: 'off' });
  const who = element('h2', { id: 'participant-title' }, '');
  const now = element('p', {}, '');
  let chosen = '';
  const done = (act: () => void) => {
    root.close();
    act();
  };
  const excludeButton = button('Exclude', () => {
    const text = reason.value.trim();
    if (text === '') return reason.focus();
    done(() => actions.exclude(chosen, text));
  });
  const includeButton = button('Take the exclusion back', () => done(() => actions.include(chosen)));
  const sure = element(
    'div',
    { hidden: true },
    element(
      'label',
      { for: 'confirmation' },
      'This cannot be undone. Type the participant code to erase everything:',
    ),
    confirmation,
    element(
      'p',
      { class: 'buttons' },
      button('Erase for good', () => {
        if (confirmation.value.trim() !== chosen) return confirmation.focus();
        done(() => actions.erase(chosen));
      }),
    ),
  );
  const root = element(
    'dialog',
    { 'aria-labelledby': 'participant-title' },
    who,
    now,
    element('label', { for: 'reason' }, 'Reason of an exclusion (the data stays, marked as excluded)'),
    reason,
    element(
      'p',
      { class: 'buttons column' },
      excludeButton,
      includeButton,
      button('Erase everything of this participant…', () => {
        sure.hidden = false;
        confirmation.focus();
      }),
    ),
    sure,
    element(
      'p',
      { class: 'buttons column' },
      button('Cancel', () => root.close(), { class: 'primary' }),
    ),
  );
  const open = ({ participant, excludedBecause }: ListedParticipant) => {
    chosen = participant;
    who.textContent = participant;
    now.textContent = excludedBecause === null ? '' : `Excluded by hand: ${excludedBecause}`;
    includeButton.hidden = excludedBecause === null;
    excludeButton.textContent = excludedBecause === null ? 'Exclude' : 'Change the reason';
    reason.value = excludedBecause ?? '';
    confirmation.value = '';
    sure.hidden = true;
    root.showModal();
  };
  return { root, open };
}
