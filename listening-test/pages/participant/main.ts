import { initJsPsych } from 'jspsych';
import { element } from '../shared/element.ts';
import { ApiError, createApi } from './api.ts';
import { addLeaveDialog } from './leaveDialog.ts';
import { createMemory, previewMemory } from './memory.ts';
import { type Page, type Recruitment, showScreen } from './page.ts';
import { createPlayer } from './player.ts';
import { loadPlugins } from './surveys.ts';
import { sessionTimeline } from './timeline.ts';

const display = document.getElementById('display')!;
const trouble = document.getElementById('trouble')!;

run().catch(showError);

async function run(): Promise<void> {
  const api = createApi((isTrouble) => {
    trouble.hidden = !isTrouble;
  });
  const study = await api.study();
  document.title = study.title;
  document.documentElement.lang = study.language;
  const recruitment = recruitmentOf(new URLSearchParams(location.search));
  const preview = new URLSearchParams(location.hash.slice(1)).get('preview');
  const memory = preview
    ? previewMemory(preview)
    : createMemory(study.id, recruitment?.participantId ?? null);
  const page: Page = { study, api, memory, recruitment, player: createPlayer(api.sound), state: null };
  page.state = await resumedState(page);
  document.getElementById('preview')!.hidden = !page.state?.preview;
  addLeaveDialog(document.getElementById('leave')!, display, page, showError);
  const jsPsych = initJsPsych({ display_element: 'display' });
  const plugins = await loadPlugins(study);
  await jsPsych.run(sessionTimeline(page, { jsPsych, plugins, onError: showError }));
}

/** The state of the session this browser knows; an answer the server may have missed is sent first. */
async function resumedState({ api, memory }: Page): Promise<Page['state']> {
  const token = memory.token();
  if (!token) return null;
  api.setToken(token);
  try {
    const pending = memory.pending();
    if (pending) {
      await api.answerTrial(pending.position, pending.body).catch(ignoreRefusal);
      memory.setPending(null);
    }
    return await api.state();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    memory.setToken(null);
    api.setToken(null);
    return null;
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError) || error.status === 401) throw error;
}

function recruitmentOf(address: URLSearchParams): Recruitment | null {
  const of = (platform: Recruitment['platform'], person: string, submission: string) => {
    const participantId = address.get(person);
    const submissionId = address.get(submission);
    return participantId && submissionId ? { platform, participantId, submissionId } : null;
  };
  return of('prolific', 'PROLIFIC_PID', 'SESSION_ID') ?? of('mturk', 'workerId', 'assignmentId');
}

function showError(error: unknown): void {
  const message = error instanceof ApiError ? error.message : 'Something went wrong on this page.';
  const detail = error instanceof ApiError ? [] : [element('p', { class: 'note' }, String(error))];
  const again = element(
    'button',
    { type: 'button', class: 'primary', onclick: () => location.reload() },
    'Try again',
  );
  const stays = element(
    'p',
    {},
    'Everything you answered is saved. If trying again does not help, please come back later with the same link.',
  );
  showScreen(
    display,
    'This did not work',
    element('p', {}, message),
    ...detail,
    stays,
    element('p', {}, again),
  );
}
