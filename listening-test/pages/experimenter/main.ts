import { element } from '../shared/element.ts';
import { createExperimenterApi, RequestFailed } from './api.ts';
import { dashboard } from './dashboard.ts';

const display = document.getElementById('display')!;
const api = createExperimenterApi();
const refreshMs = 5000;

start().catch(showError);

async function start(): Promise<void> {
  if (await api.resume()) await showDashboard();
  else showLogin();
}

function showLogin(): void {
  const password = element('input', {
    id: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const problem = element('p', { role: 'alert', class: 'problem' });
  const form = element(
    'form',
    { class: 'screen' },
    element('h1', {}, 'Experimenter'),
    element('label', { for: 'password' }, 'Password'),
    password,
    problem,
    element('button', { type: 'submit', class: 'primary' }, 'Log in'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await api.logIn(password.value);
      await showDashboard();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  });
  display.replaceChildren(form);
  password.focus();
}

async function showDashboard(): Promise<void> {
  const view = dashboard(api, {
    stimuli: await api.stimuli(),
    onLogOut: () => api.logOut().then(showLogin, showError),
  });
  display.replaceChildren(view.root);
  for (;;) {
    try {
      view.update(await api.summary());
    } catch (error) {
      if (error instanceof RequestFailed && error.status === 401) return showLogin();
      view.trouble(error);
    }
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
    if (!view.root.isConnected) return;
  }
}

function showError(error: unknown): void {
  display.replaceChildren(
    element(
      'div',
      { class: 'screen' },
      element('h1', {}, 'This did not work'),
      element('p', {}, error instanceof Error ? error.message : String(error)),
    ),
  );
}
