import { button, element, richText } from '../shared/element.ts';
import { type Page, type StepData, showScreen } from './page.ts';

/** Whether the address is MTurk's preview, in which nobody can take part. */
const isMturkPreview = () =>
  new URLSearchParams(location.search).get('assignmentId') === 'ASSIGNMENT_ID_NOT_AVAILABLE';

/**
 * Consent: shows the text, starts the session on agreement.
 *
 * @param page - The page; its state is set.
 * @returns Version of the text agreed to.
 */
export function consentStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { study, api, memory, recruitment } = page;
  return new Promise((resolve, reject) => {
    const agree = async () => {
      yes.disabled = true;
      if (page.state?.preview) return resolve({});
      const { token, session } = await api.start(study.consent.version, recruitment);
      memory.setToken(token);
      api.setToken(token);
      page.state = session;
      resolve({ consent: study.consent.version });
    };
    const refuse = async () => {
      const { code, url } = await api.declined();
      showScreen(
        display,
        'Thank you',
        element('p', {}, 'You do not take part, and nothing was stored.'),
        ...(code ? [element('p', {}, 'Your code: ', element('strong', {}, code))] : []),
        ...(url ? [element('p', {}, element('a', { href: url }, 'Continue'))] : []),
      );
    };
    const yes = button('I agree and want to take part', () => void agree().catch(reject), {
      class: 'primary',
    });
    const no = button('I do not agree', () => void refuse().catch(reject));
    const choice = isMturkPreview()
      ? element('p', { class: 'note' }, 'This is a preview. Accept the task to take part.')
      : element('p', { class: 'buttons' }, yes, no);
    const payment = study.payment ? [element('p', {}, study.payment)] : [];
    const contact = study.contact ? [element('p', {}, `Contact: ${study.contact}`)] : [];
    showScreen(display, study.title, richText(study.consent.html), ...payment, ...contact, choice);
  });
}
