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
  const { text } = page;
  opener.textContent = text('leave.open');
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
    element('h2', { id: 'leave-title' }, text('leave.title')),
    element('p', {}, text('leave.later')),
    element(
      'p',
      { class: 'buttons column' },
      button(text('leave.stay'), () => dialog.close(), { class: 'primary' }),
      button(text('leave.keep'), () => void leave(false).catch(onError)),
      button(text('leave.delete'), () => void leave(true).catch(onError)),
    ),
  );
  document.body.append(dialog);
  opener.addEventListener('click', () => dialog.showModal());
}
