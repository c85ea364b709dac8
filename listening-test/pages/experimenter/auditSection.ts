import { element, section } from '../shared/element.ts';
import { type ExperimenterApi, messageOf } from './api.ts';
import { table, time } from './table.ts';

/**
 * What experimenters did, the latest first; read when it is opened.
 *
 * @param api - The line to the study.
 * @returns The section and how to show new entries.
 */
export function auditSection(api: Pick<ExperimenterApi, 'audit'>): {
  root: HTMLElement;
  refresh: () => Promise<void>;
} {
  const list = element('div', {});
  const details = element('details', {}, element('summary', {}, 'Show the last 200 entries'), list);
  const refresh = async () => {
    if (!details.open) return;
    const entries = await api.audit();
    list.replaceChildren(
      table(
        'Log',
        [['when', 'time'], ['who'], ['what'], ['detail']],
        entries.map(({ at, actor, action, detail }) => [time(at), actor, action, detail]),
      ),
    );
  };
  details.addEventListener('toggle', () => {
    refresh().catch((error) => list.replaceChildren(element('p', { class: 'problem' }, messageOf(error))));
  });
  return { root: section('What was done, and by whom', details), refresh };
}
