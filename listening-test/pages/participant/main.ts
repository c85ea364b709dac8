import { initJsPsych } from 'jspsych';
import { recruiters, recruitmentOf } from '../../session/recruiting/recruiters.ts';
import { Refusal } from '../../session/refusal.ts';
import { filled, isTextKey } from '../../texts/catalogue.ts';
import { english, type Texts } from '../../texts/english.ts';
import { button, element } from '../shared/element.ts';
import { createApi } from './api.ts';
import { addLeaveDialog } from './leaveDialog.ts';
import { createMemory, previewMemory } from './memory.ts';
import { newName } from './newName.ts';
import { holdSession, otherPageScreen } from './otherPages.ts';
import { type Page, showScreen, type Text } from './page.ts';
import { createPlayer } from './player.ts';
import { loadPlugins } from './surveys.ts';
import { sessionTimeline } from './timeline.ts';

const display = document.getElementById('display')!;
const trouble = document.getElementById('trouble')!;

/** English until the study is there. */
let strings: Texts = english;
const text: Text = (key, values) => filled(strings[key], values);
let recruiter = '';
/** Whether this browser has a session, of which everything answered is safe. */
let hasSession = () => false;

run().catch(showError);

async function run(): Promise<void> {
  const api = createApi(newName(), (isTrouble) => {
    trouble.hidden = !isTrouble;
  });
  const study = await api.study();
  document.title = study.title;
  document.documentElement.lang = study.language;
  document.documentElement.dir = study.direction;
  strings = study.strings;
  trouble.textContent = text('banner.trouble');
  document.getElementById('preview')!.textContent = text('banner.preview');
  if (typeof AudioContext === 'undefined') {
    showScreen(display, text('browser.title'), element('p', {}, text('browser.text')));
    return;
  }
  recruiter = study.platform === 'none' ? '' : recruiters[study.platform].name;
  const recruitment = recruitmentOf(new URLSearchParams(location.search), study.platform);
  const preview = new URLSearchParams(location.hash.slice(1)).get('preview');
  const memory = preview
    ? previewMemory(preview)
    : createMemory(study.id, recruitment?.participantId ?? null);
  hasSession = () => memory.token() !== null;
  const page: Page = {
    study,
    text,
    api,
    memory,
    recruitment,
    player: createPlayer(api.sound),
    answeredAtMs: 0,
    state: null,
  };
  page.state = await resumedState(page);
  holdSession(page, display);
  document.getElementById('preview')!.hidden = !page.state?.preview;
  addLeaveDialog(document.getElementById('leave')!, display, page, showError);
  const jsPsych = initJsPsych({ display_element: 'display' });
  const plugins = await loadPlugins(study);
  await jsPsych.run(sessionTimeline(page, { plugins, onError: showError }));
}

/** The state of the session this browser knows; what the server may have missed of it is sent first. */
async function resumedState({ api, memory }: Page): Promise<Page['state']> {
  const token = memory.token();
  if (!token) return null;
  api.setToken(token);
  try {
    const opened = await api.openPage();
    const play = memory.openPlay();
    const pending = memory.pending();
    if (play) await api.reportPlay(play.position, play.report).catch(ignoreRefusal);
    memory.setOpenPlay(null);
    if (pending) await api.answerTrial(pending.position, pending.body).catch(ignoreRefusal);
    memory.setPending(null);
    return play || pending ? await api.state() : opened;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    memory.setToken(null);
    memory.setOpenPlay(null);
    api.setToken(null);
    return null;
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal) || error.status === 401) throw error;
}

/** Refusals of whoever would take part, and whether trying again later helps. */
const refusals: Readonly<Record<string, { passes: boolean }>> = {
  'took-part': { passes: false },
  withdrew: { passes: false },
  'no-recruitment': { passes: false },
  'implausible-id': { passes: false },
  'unknown-link': { passes: false },
  closed: { passes: false },
  full: { passes: true },
  paused: { passes: true },
  'too-early': { passes: true },
  'too-late': { passes: false },
};

/** What a refusal says in the study's language; in the server's own words where the catalogue has none. */
function refusalText(error: Refusal): string {
  const key = `refused.${error.code}`;
  return isTextKey(key) ? text(key, { recruiter, ...error.values }) : error.message;
}

function showError(error: unknown): void {
  if (error instanceof Refusal && error.code === 'other-page') {
    otherPageScreen(display, text);
    return;
  }
  const refusal = error instanceof Refusal ? refusals[error.code] : undefined;
  const message = error instanceof Refusal ? refusalText(error) : text('error.page');
  const detail = error instanceof Refusal ? [] : [element('p', { class: 'note' }, String(error))];
  const again = button(text('button.tryAgain'), () => location.reload(), { class: 'primary' });
  showScreen(
    display,
    text(refusal ? (refusal.passes ? 'error.cannot' : 'error.never') : 'error.title'),
    element('p', {}, message),
    ...detail,
    ...(hasSession() ? [element('p', {}, text('error.saved'))] : []),
    ...(refusal?.passes === false ? [] : [element('p', {}, again)]),
  );
}
