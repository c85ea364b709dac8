import { Refusal } from '../../session/refusal.ts';
import { element } from '../shared/element.ts';
import { createLaboratoryApi, type ExperimenterApi, messageOf } from './api.ts';
import { dashboard } from './dashboard.ts';
import { loginForm } from './loginForm.ts';
import { studyList } from './studyList.ts';

const display = document.getElementById('display')!;
const api = createLaboratoryApi();
const refreshMs = 5000;

start().catch(showError);

async function start(): Promise<void> {
  const account = await api.resume();
  if (account === null) showLogin();
  else await showStudies(account);
}

function showLogin(): void {
  const form = loginForm(async (name, password) => showStudies(await api.logIn(name, password)));
  display.replaceChildren(form.root);
  form.focus();
}

const logOut = () => void api.logOut().then(showLogin, showError);

/** The only study's page, the one in the address, or the list of all. */
async function showStudies(account: string): Promise<void> {
  const studies = await api.studies();
  const path = studies[0]?.path === '' ? '' : new URLSearchParams(location.search).get('study');
  if (path !== null && studies.some((study) => study.path === path))
    await showDashboard(api.study(path), { account, isOnly: path === '' });
  else display.replaceChildren(studyList(studies, { account, onLogOut: logOut, log: api.log }));
}

async function showDashboard(
  study: ExperimenterApi,
  { account, isOnly }: { account: string; isOnly: boolean },
): Promise<void> {
  const stimuli = await study.stimuli();
  const view = dashboard(study, { stimuli, account, isOnly, onLogOut: logOut });
  display.replaceChildren(view.root);
  for (;;) {
    try {
      await view.refresh();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return showLogin();
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
      element('p', {}, messageOf(error)),
    ),
  );
}
