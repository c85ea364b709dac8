import { button, element, section } from '../shared/element.ts';
import { type ExperimenterApi, type ListedStimulus, messageOf } from './api.ts';

/**
 * Opens previews: the whole session, or any single trial as a participant would see it.
 *
 * @param api - The line to the server.
 * @param stimuli - The trials there are.
 */
export function previewSection(api: ExperimenterApi, stimuli: readonly ListedStimulus[]): HTMLElement {
  const problem = element('p', { role: 'alert', class: 'problem' });
  const show = async (stimulus: string | null) => {
    // Opened before anything is awaited, or the browser takes it for an unwanted window.
    const opened = window.open('about:blank', '_blank');
    try {
      const address = new URL(await api.preview(stimulus), new URL('./', location.href));
      if (opened) opened.location.href = address.href;
      else location.href = address.href;
    } catch (error) {
      opened?.close();
      problem.textContent = messageOf(error);
    }
  };
  const choice = element(
    'select',
    { id: 'stimulus' },
    ...stimuli.map(({ id, task, role, sourceId, condition, target }) =>
      element('option', { value: id }, `${task}, ${role}: ${sourceId}, ${condition} (“${target}”)`),
    ),
  );
  return section(
    'Preview',
    element('p', {}, 'A preview opens in a new window, is marked as one, and is never counted.'),
    element('label', { for: 'stimulus' }, 'Trial'),
    choice,
    problem,
    element(
      'p',
      { class: 'buttons' },
      button('Preview this trial', () => void show(choice.value)),
      button('Preview the whole session', () => void show(null)),
    ),
  );
}
