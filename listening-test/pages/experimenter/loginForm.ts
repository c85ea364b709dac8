import { element } from '../shared/element.ts';
import { messageOf } from './api.ts';

/**
 * The form by which experimenters log in.
 *
 * @param logIn - Tries name and password; its error is shown.
 * @returns The form, and how to put the cursor where it is needed.
 */
export function loginForm(logIn: (name: string, password: string) => Promise<void>): {
  root: HTMLElement;
  focus: () => void;
} {
  const name = element('input', {
    id: 'name',
    type: 'text',
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: 'false',
    value: 'experimenter',
    required: true,
  });
  const password = element('input', {
    id: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const problem = element('p', { role: 'alert', class: 'problem' });
  const root = element(
    'form',
    { class: 'screen login' },
    element('h1', {}, 'Experimenter'),
    element('label', { for: 'name' }, 'Name'),
    name,
    element('label', { for: 'password' }, 'Password'),
    password,
    problem,
    element('button', { type: 'submit', class: 'primary' }, 'Log in'),
  );
  root.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await logIn(name.value.trim(), password.value);
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  });
  return { root, focus: () => password.focus() };
}
