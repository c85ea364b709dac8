import { element } from '../shared/element.ts';
import type { Text } from './page.ts';

/**
 * What to try when nothing is heard, folded away.
 *
 * @param text - The page's strings.
 */
export function soundHelp(text: Text): HTMLElement {
  const advice = ['help.volume', 'help.headphones', 'help.silent'] as const;
  return element(
    'details',
    {},
    element('summary', {}, text('help.summary')),
    element('ul', {}, ...advice.map((key) => element('li', {}, text(key)))),
  );
}
