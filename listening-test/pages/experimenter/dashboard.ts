import { button, element } from '../shared/element.ts';
import { type ExperimenterApi, type ListedStimulus, messageOf } from './api.ts';
import { auditSection } from './auditSection.ts';
import { liveSections } from './liveSections.ts';
import { participantSection } from './participantSection.ts';
import { previewSection } from './previewSection.ts';
import { time } from './table.ts';

/** The experimenter's page once logged in. */
export interface Dashboard {
  root: HTMLElement;
  /** Shows new numbers. */
  refresh(): Promise<void>;
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
 * @param api - The line to the study.
 * @param options - Stimuli for the previews; who is logged in; whether there are other studies; what logging out does.
 * @returns The dashboard; until it is first refreshed it says that it loads, and its sections are hidden.
 */
export function dashboard(
  api: ExperimenterApi,
  options: { stimuli: readonly ListedStimulus[]; account: string; isOnly: boolean; onLogOut: () => void },
): Dashboard {
  const title = element('h1', {}, 'Study');
  const status = element('p', { role: 'status', class: 'status' }, 'Loading…');
  const live = element('div', { class: 'live' });
  const trouble = (error: unknown) => {
    status.textContent = `No new numbers: ${messageOf(error)}`;
  };
  const act = (action: Promise<unknown>) => void action.then(() => refresh()).catch(trouble);
  const controls = stateActions.map(([state, label]) => ({
    state,
    control: button(label, () => act(api.setState(state))),
  }));
  const participants = participantSection(api, act);
  const audit = auditSection(api);
  const sections = element('div', { hidden: true }, live, participants.root);
  sections.append(previewSection(api, options.stimuli), audit.root);
  const refresh = async () => {
    const summary = await api.summary();
    title.textContent = summary.study.title;
    document.title = `${summary.study.title}: experimenter`;
    status.textContent = `The study is ${summary.study.state}. As of ${time(Date.now())}. Logged in as ${options.account}.`;
    for (const { state, control } of controls) control.disabled = state === summary.study.state;
    live.replaceChildren(...liveSections(summary));
    await participants.refresh();
    await audit.refresh();
    sections.hidden = false;
  };
  const others = options.isOnly ? [] : [element('a', { href: '?' }, 'All studies')];
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
        ...controls.map(({ control }) => control),
        button('Log out', options.onLogOut, { class: 'quiet' }),
      ),
      element(
        'p',
        { class: 'buttons' },
        ...others,
        ...downloads.map(([format, label]) => downloadLink(api.exportAddress(format), label)),
      ),
    ),
    sections,
  );
  return { root, refresh, trouble };
}

function downloadLink(href: string, label: string): HTMLElement {
  return element('a', { href, download: true }, `Download ${label}`);
}
