import { participantFilters } from '../../experimenter/participantFilters.ts';
import type { ListedParticipant, ParticipantPage } from '../../experimenter/participants.ts';
import { button, element, section } from '../shared/element.ts';
import { type ExperimenterApi, messageOf } from './api.ts';
import { participantDialog } from './participantDialog.ts';
import { table, time } from './table.ts';

/**
 * The participants: search, filter, pages, exclusion and erasure.
 *
 * @param api - The line to the study.
 * @param act - Does something, then shows new numbers.
 * @returns The section and how to show new rows.
 */
export function participantSection(
  api: ExperimenterApi,
  act: (action: Promise<unknown>) => void,
): { root: HTMLElement; refresh: () => Promise<void> } {
  const list = element('div', {});
  const status = element('p', { role: 'status', class: 'status' });
  const search = element('input', { id: 'search', type: 'search', maxlength: 200, autocomplete: 'off' });
  const filter = element(
    'select',
    { id: 'filter' },
    ...participantFilters.map((name) => element('option', { value: name }, name)),
  );
  const dialog = participantDialog({
    exclude: (participant, reason) => act(api.exclude(participant, reason)),
    include: (participant) => act(api.include(participant)),
    erase: (participant) => act(api.erase(participant)),
  });
  let page = 0;
  const refresh = async () => {
    const query = { search: search.value.trim(), filter: filter.value as never, page };
    const found = await api.participants(query);
    const last = Math.max(0, Math.ceil(found.total / found.pageLength) - 1);
    earlier.disabled = page === 0;
    later.disabled = page >= last;
    status.textContent = statusOf(found, page);
    list.replaceChildren(participantTable(found.participants, dialog.open));
  };
  const show = (wanted: number) => {
    page = wanted;
    refresh().catch((error) => {
      status.textContent = messageOf(error);
    });
  };
  const earlier = button('Previous page', () => show(page - 1));
  const later = button('Next page', () => show(page + 1));
  search.addEventListener('input', () => show(0));
  filter.addEventListener('change', () => show(0));
  const root = section(
    'Participants',
    element(
      'div',
      { class: 'search' },
      element(
        'p',
        {},
        element('label', { for: 'search' }, 'Participant code, or a whole id of the recruiter'),
        search,
      ),
      element('p', {}, element('label', { for: 'filter' }, 'State'), filter),
    ),
    status,
    list,
    element('p', { class: 'buttons' }, earlier, later),
    dialog.root,
  );
  return { root, refresh };
}

function statusOf({ participants, total, pageLength }: ParticipantPage, page: number): string {
  if (participants.length === 0) return `${total} found.`;
  const first = page * pageLength + 1;
  return `${first} to ${first + participants.length - 1} of ${total}.`;
}

function participantTable(
  rows: readonly ListedParticipant[],
  open: (row: ListedParticipant) => void,
): HTMLElement {
  return table(
    'Participants',
    [
      ['participant'],
      ['action'],
      ['state'],
      ['step'],
      ['answers', 'number'],
      ['catch trials', 'number'],
      ['median answer time, s', 'number'],
      ['minutes', 'number'],
      ['excluded by'],
      ['last heard of', 'time'],
    ],
    rows.map((row) => [
      row.visit === 1 ? row.participant : `${row.participant} (visit ${row.visit})`,
      button('Change…', () => open(row), { 'aria-label': `Change ${row.participant}` }),
      row.state,
      row.step,
      row.answered,
      row.catchCount === 0 ? '–' : `${row.catchRight}/${row.catchCount}`,
      row.medianMs === null ? '–' : (row.medianMs / 1000).toFixed(1),
      row.minutes.toFixed(0),
      exclusionText(row),
      time(row.lastSeenAt),
    ]),
  );
}

function exclusionText({ exclusionRules, excludedBecause }: ListedParticipant): string {
  return exclusionRules
    .map((rule) => (rule === 'experimenter' && excludedBecause ? `${rule}: ${excludedBecause}` : rule))
    .join(', ');
}
