import type { ListedStudy } from '../../experimenter/listStudies.ts';
import { button, element } from '../shared/element.ts';
import type { LaboratoryApi } from './api.ts';
import { auditSection } from './auditSection.ts';
import { table } from './table.ts';

/**
 * All studies of the server with their states.
 *
 * @param options - Who is logged in; what logging out does; logins of all.
 * @returns The page's content.
 */
export function studyList(
  studies: readonly ListedStudy[],
  options: { account: string; onLogOut: () => void; log: LaboratoryApi['log'] },
): HTMLElement {
  const rows = studies.map(({ path, title, state, complete, active }) => [
    element('a', { href: `?study=${encodeURIComponent(path)}` }, title),
    state,
    complete,
    active,
    element('a', { href: `${path}/`, target: '_blank', rel: 'noreferrer' }, `${path}/`),
  ]);
  return element(
    'div',
    { class: 'dashboard' },
    element(
      'div',
      { class: 'screen' },
      element('h1', {}, 'Studies'),
      element('p', { class: 'status' }, `Logged in as ${options.account}.`),
      table(
        'Studies',
        [['study'], ['state'], ['complete', 'number'], ['under way', 'number'], ["participants' page"]],
        rows,
      ),
      element('p', { class: 'buttons' }, button('Log out', options.onLogOut, { class: 'quiet' })),
    ),
    auditSection({ audit: options.log }).root,
  );
}
