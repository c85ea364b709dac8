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
  const { study, api, memory, recruitment, text } = page;
  return new Promise((resolve, reject) => {
    const agree = async () => {
      yes.disabled = true;
      if (page.state?.preview) return resolve({});
      const { token, session } = await api.start(study.consent.version, recruitment);
      memory.setDrafts({});
      memory.setToken(token);
      api.setToken(token);
      page.state = session;
      resolve({ consent: study.consent.version });
    };
    const refuse = async () => {
      const { code, url } = await api.declined();
      showScreen(
        display,
        text('declined.title'),
        element('p', {}, text('declined.text')),
        ...(code ? [element('p', {}, text('declined.code'), element('strong', {}, code))] : []),
        ...(url ? [element('p', {}, element('a', { href: url }, text('button.continue')))] : []),
      );
    };
    const yes = button(text('consent.agree'), () => void agree().catch(reject), {
      class: 'primary',
    });
    const no = button(text('consent.refuse'), () => void refuse().catch(reject));
    const choice = isMturkPreview()
      ? element('p', { class: 'note' }, text('consent.preview'))
      : element('p', { class: 'buttons' }, yes, no);
    const payment = study.payment ? [element('p', {}, study.payment)] : [];
    const contact = study.contact
      ? [element('p', {}, text('consent.contact', { contact: study.contact }))]
      : [];
    showScreen(display, study.title, richText(study.consent.html), ...payment, ...contact, choice);
  });
}
