import { button, element } from '../shared/element.ts';
import { type Page, showScreen } from './page.ts';

/**
 * Keeps a session in one page at a time: the one opened last. The others fall silent at once and say so; the server
 * would refuse them anyway.
 *
 * @param display - Where it says that another page has the session.
 */
export function holdSession(page: Page, display: HTMLElement): void {
  if (typeof BroadcastChannel === 'undefined' || page.memory.name === null) return;
  const channel = new BroadcastChannel(`${page.memory.name} page`);
  channel.addEventListener('message', () => {
    if (!page.memory.token()) return;
    page.player.stop();
    otherPageScreen(display);
  });
  channel.postMessage('opened');
}

/**
 * Says that the study goes on in another window or tab. What this page still has under way is shown no more.
 *
 * @param display - Where the study was shown.
 */
export function otherPageScreen(display: HTMLElement): void {
  const last = element('main', { id: display.id });
  display.replaceWith(last);
  showScreen(
    last,
    'The study is open elsewhere',
    element(
      'p',
      {},
      'You opened the study in another window or tab; it goes on there. You can close this one.',
    ),
    element(
      'p',
      {},
      button('Go on here instead', () => location.reload()),
    ),
  );
}
