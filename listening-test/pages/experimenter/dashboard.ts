import type { Summary } from '../../experimenter/summary.ts';
import { button, element } from '../shared/element.ts';
import type { ExperimenterApi, ListedStimulus } from './api.ts';
import { liveSections } from './liveSections.ts';
import { participantSection } from './participantSection.ts';
import { previewSection } from './previewSection.ts';
import { time } from './table.ts';

/** The experimenter's page once logged in. */
export interface Dashboard {
  root: HTMLElement;
  /** Shows new numbers. */
  update(summary: Summary): void;
  /** Shows that there are no new numbers. */
  trouble(error: unknown): void;
}

const stateActions = [
  ['paused', 'Pause'],
  ['open', 'Open'],
  ['closed', 'Close'],
] as const;

const downloads = [
  ['csv', 'CSV'],
  ['jspsych', 'jsPsych JSON'],
  ['psych-ds', 'Psych-DS'],
] as const;

/**
 * Makes the dashboard.
 *
 * @param api - The line to the server.
 * @param options - Stimuli for the previews; what logging out does.
 * @returns The dashboard, empty until its first update.
 */
export function dashboard(
  api: ExperimenterApi,
  options: { stimuli: readonly ListedStimulus[]; onLogOut: () => void },
): Dashboard {
  const title = element('h1', {}, 'Study');
  const status = element('p', { role: 'status', class: 'status' });
  const live = element('div', { class: 'live' });
  const act = (action: Promise<unknown>) =>
    action.then(
      () => api.summary().then(update),
      (error) => trouble(error),
    );
  const controls = stateActions.map(([state, label]) => button(label, () => void act(api.setState(state))));
  const participants = participantSection({
    erase: (participant) => void act(api.erase(participant)),
    exclude: (participant, reason) => void act(api.exclude(participant, reason)),
  });
  const root = element(
    'div',
    { class: 'dashboard' },
    element(
      'div',
      { class: 'screen' },
      title,
      status,
      element(
        'p',
        { class: 'buttons' },
        ...controls,
        button('Log out', options.onLogOut, { class: 'quiet' }),
      ),
      element('p', { class: 'buttons' }, ...downloads.map(downloadLink)),
    ),
    live,
    participants.root,
    previewSection(api, options.stimuli),
  );
  const update = (summary: Summary) => {
    title.textContent = summary.study.title;
    status.textContent = `The study is ${summary.study.state}. Numbers of ${time(Date.now())}.`;
    live.replaceChildren(...liveSections(summary));
    participants.update(summary.participants);
  };
  const trouble = (error: unknown) => {
    status.textContent = `No new numbers: ${error instanceof Error ? error.message : String(error)}`;
  };
  return { root, update, trouble };
}

function downloadLink([format, label]: (typeof downloads)[number]): HTMLElement {
  return element('a', { href: `api/experimenter/export/${format}`, download: true }, `Download ${label}`);
}
