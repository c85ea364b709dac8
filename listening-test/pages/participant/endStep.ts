import { button, element, richText } from '../shared/element.ts';
import { ApiError } from './api.ts';
import { type Page, type StepData, showScreen } from './page.ts';

const titles = {
  done: 'Thank you, you are done',
  screenedOut: 'Thank you; the study ends here for you',
  withdrawn: 'You have left the study',
};

const mturkHosts = ['https://www.mturk.com', 'https://workersandbox.mturk.com'];

/**
 * The end: debriefing, code and the way back to the platform. It is shown only after the server has everything.
 *
 * @returns Never, unless the screen is replaced.
 */
export async function endStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { ending, debriefingHtml, state, preview } = page.state!;
  if (!ending) throw new Error('endStep: the session has not ended');
  const code = ending.code
    ? [element('p', { class: 'code' }, 'Your completion code: ', element('strong', {}, ending.code))]
    : [];
  const content = [
    ...explanation(ending.outcome, ending.reason, state),
    richText(debriefingHtml),
    ...code,
    ...wayOut(page, ending.code, ending.url),
    ...(state !== 'erased' && !preview ? [withdrawal(display, page)] : []),
    ...(page.study.platform === 'none' && !preview ? [nextPerson(page)] : []),
  ];
  showScreen(display, titles[ending.outcome], ...content);
  return new Promise(() => {});
}

function explanation(outcome: keyof typeof titles, reason: string, state: string): HTMLElement[] {
  if (state === 'erased') return [element('p', {}, 'Your answers were deleted.')];
  if (reason === 'time-limit') return [element('p', {}, 'The time for this study is over.')];
  if (outcome === 'withdrawn')
    return [element('p', {}, 'The answers you gave until now are kept; thank you for them.')];
  if (outcome === 'done') return [];
  const reasons: Record<string, string> = {
    antiphase: 'The headphone check did not succeed, and the study needs headphones.',
    huggins: 'The headphone check did not succeed, and the study needs headphones.',
    practice: 'The practice showed that the study would not work for you with this equipment.',
    browser:
      'The study cannot be done on a phone or tablet. You can still take part: open the same link on a computer.',
  };
  return [element('p', {}, reasons[reason] ?? 'The study cannot go on for you.')];
}

function wayOut(page: Page, code: string, address: string): HTMLElement[] {
  // The server may not know the recruiter's id; the address this page was opened with does.
  const url = address.replaceAll(
    '{participantId}',
    encodeURIComponent(page.recruitment?.participantId ?? ''),
  );
  const mturk = page.study.platform === 'mturk' ? mturkForm(code) : null;
  if (mturk) return [mturk];
  return url
    ? [element('p', {}, element('a', { class: 'primary', href: url, rel: 'noreferrer' }, 'Finish'))]
    : [];
}

/** MTurk wants a form sent to the address it named; only its own addresses are believed. */
function mturkForm(code: string): HTMLElement | null {
  const address = new URLSearchParams(location.search);
  const host = (address.get('turkSubmitTo') ?? '').replace(/\/$/, '');
  if (!mturkHosts.includes(host)) return null;
  return element(
    'form',
    { method: 'post', action: `${host}/mturk/externalSubmit` },
    element('input', { type: 'hidden', name: 'assignmentId', value: address.get('assignmentId') ?? '' }),
    element('input', { type: 'hidden', name: 'code', value: code || 'none' }),
    element('button', { type: 'submit', class: 'primary' }, 'Finish'),
  );
}

function withdrawal(display: HTMLElement, page: Page): HTMLElement {
  const erase = async () => {
    try {
      page.state = await page.api.leave(true);
      page.memory.setToken(null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    await endStep(display, page);
  };
  return element(
    'details',
    {},
    element('summary', {}, 'Withdraw'),
    element('p', {}, 'You can have all your answers deleted. This cannot be undone.'),
    button('Delete all my answers', () => void erase()),
  );
}

/** On a laboratory's computer the next person uses the same browser. */
function nextPerson(page: Page): HTMLElement {
  const begin = () => {
    page.memory.setToken(null);
    page.memory.setPending(null);
    page.memory.setOpenPlay(null);
    location.reload();
  };
  return element('p', {}, button('Begin with another participant', begin, { class: 'quiet' }));
}
