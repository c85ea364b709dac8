import type { Ending } from '../../session/ending.ts';
import { Refusal } from '../../session/refusal.ts';
import type { TextKey } from '../../texts/english.ts';
import { button, element, richText } from '../shared/element.ts';
import { type Page, type StepData, showScreen, type Text } from './page.ts';

const mturkHosts = ['https://www.mturk.com', 'https://workersandbox.mturk.com'];

/**
 * The end: debriefing, code and the way back to the platform. It is shown only after the server has everything.
 *
 * @returns Never, unless the screen is replaced.
 */
export async function endStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { ending, debriefingHtml, state, preview } = page.state!;
  if (!ending) throw new Error('endStep: the session has not ended');
  page.memory.setDrafts({});
  const label = page.text(codeLabel(page, ending.code));
  const code = ending.code
    ? [element('p', { class: 'code' }, label, element('strong', {}, ending.code))]
    : [];
  const content = [
    ...explanation(page.text, ending, state),
    // Who was only sent to another device shall come to it as others do.
    ...(ending.reason === 'browser' ? [] : [richText(debriefingHtml)]),
    ...code,
    ...wayOut(page, ending.code, ending.url),
    ...(state !== 'erased' && !preview ? [withdrawal(display, page)] : []),
    ...(page.study.platform === 'none' && !preview ? [nextPerson(page)] : []),
  ];
  // On a computer the study does not end.
  const title = ending.reason === 'browser' ? 'error.cannot' : (`end.${ending.outcome}` as const);
  showScreen(display, page.text(title), ...content);
  return new Promise(() => {});
}

/** Without a recruiter and a code of the study's own, it completes nothing: it only says whose answers these are. */
function codeLabel({ study, state }: Page, code: string): TextKey {
  return study.platform === 'none' && code === state!.participant ? 'end.participantCode' : 'end.code';
}

function explanation(text: Text, { outcome, reason }: Ending, state: string): HTMLElement[] {
  if (state === 'erased') return [element('p', {}, text('end.erased'))];
  if (reason === 'time-limit') return [element('p', {}, text('end.overTime'))];
  if (outcome === 'withdrawn') return [element('p', {}, text('end.kept'))];
  if (outcome === 'done') return [];
  const reasons: Record<string, TextKey> = {
    antiphase: 'end.headphones',
    huggins: 'end.headphones',
    practice: 'end.practice',
    browser: 'end.browser',
  };
  return [element('p', {}, text(reasons[reason] ?? 'end.other'))];
}

function wayOut(page: Page, code: string, address: string): HTMLElement[] {
  // The server may not know the recruiter's id; the address this page was opened with does.
  const url = address.replaceAll(
    '{participantId}',
    encodeURIComponent(page.recruitment?.participantId ?? ''),
  );
  const mturk = page.study.platform === 'mturk' ? mturkForm(code, page.text) : null;
  if (mturk) return [mturk];
  return url
    ? [
        element(
          'p',
          {},
          element('a', { class: 'primary', href: url, rel: 'noreferrer' }, page.text('button.finish')),
        ),
      ]
    : [];
}

/** MTurk wants a form sent to the address it named; only its own addresses are believed. */
function mturkForm(code: string, text: Text): HTMLElement | null {
  const address = new URLSearchParams(location.search);
  const host = (address.get('turkSubmitTo') ?? '').replace(/\/$/, '');
  if (!mturkHosts.includes(host)) return null;
  return element(
    'form',
    { method: 'post', action: `${host}/mturk/externalSubmit` },
    element('input', { type: 'hidden', name: 'assignmentId', value: address.get('assignmentId') ?? '' }),
    element('input', { type: 'hidden', name: 'code', value: code || 'none' }),
    element('button', { type: 'submit', class: 'primary' }, text('button.finish')),
  );
}

function withdrawal(display: HTMLElement, page: Page): HTMLElement {
  const erase = async () => {
    try {
      page.state = await page.api.leave(true);
      page.memory.setToken(null);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    await endStep(display, page);
  };
  return element(
    'details',
    {},
    element('summary', {}, page.text('end.withdraw')),
    element('p', {}, page.text('end.withdrawText')),
    button(page.text('end.delete'), () => void erase()),
  );
}

/** On a laboratory's computer the next person uses the same browser. */
function nextPerson(page: Page): HTMLElement {
  const begin = () => {
    page.memory.setToken(null);
    page.memory.setPending(null);
    page.memory.setOpenPlay(null);
    page.memory.setDrafts({});
    location.reload();
  };
  return element('p', {}, button(page.text('end.nextPerson'), begin, { class: 'quiet' }));
}
