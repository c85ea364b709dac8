import { button, element } from '../shared/element.ts';
import { endStep } from './endStep.ts';
import type { Page } from './page.ts';

/**
 * Lets the participant leave at any time: for now, for good, or with all answers deleted.
 *
 * @param opener - The button that opens the dialog.
 * @param display - Where the end is shown.
 * @param onError - Receives what went wrong.
 */
export function addLeaveDialog(
  opener: HTMLElement,
  display: HTMLElement,
  page: Page,
  onError: (error: unknown) => void,
): void {
  const leave = async (deleteAnswers: boolean) => {
    dialog.close();
    page.player.stop();
    page.state = await page.api.leave(deleteAnswers);
    if (deleteAnswers) page.memory.setToken(null);
    page.memory.setPending(null);
    page.memory.setOpenPlay(null);
    opener.hidden = true;
    await endStep(display, page);
  };
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'leave-title' },
    element('h2', { id: 'leave-title' }, 'Leave the study?'),
    element('p', {}, 'You can also just close the page and come back later with the same link.'),
    element(
      'p',
      { class: 'buttons column' },
      button('Stay', () => dialog.close(), { class: 'primary' }),
      button('Stop here; keep my answers', () => void leave(false).catch(onError)),
      button('Stop here; delete my answers', () => void leave(true).catch(onError)),
    ),
  );
  document.body.append(dialog);
  opener.addEventListener('click', () => dialog.showModal());
}
