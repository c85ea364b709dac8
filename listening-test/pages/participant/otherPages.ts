import { button, element } from '../shared/element.ts';
import { type Page, showScreen, type Text } from './page.ts';

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
    otherPageScreen(display, page.text);
  });
  channel.postMessage('opened');
}

/**
 * Says that the study goes on in another window or tab. What this page still has under way is shown no more.
 *
 * @param display - Where the study was shown.
 * @param text - The page's strings.
 */
export function otherPageScreen(display: HTMLElement, text: Text): void {
  const last = element('main', { id: display.id });
  display.replaceWith(last);
  showScreen(
    last,
    text('elsewhere.title'),
    element('p', {}, text('elsewhere.text')),
    element(
      'p',
      {},
      button(text('elsewhere.here'), () => location.reload()),
    ),
  );
}
