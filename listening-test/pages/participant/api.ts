import type { PublicStudy } from '../../server/publicStudy.ts';
import { Refusal } from '../../session/refusal.ts';
import type { SessionState } from '../../session/sessionState.ts';
import type { SavedAnswer } from '../../session/trials/answerTrial.ts';
import type { PlayVerdict } from '../../session/trials/recordPlay.ts';
import { sendRequest } from '../shared/sendRequest.ts';

/** A state with the text for the end. */
export type PageState = SessionState & { debriefingHtml: string };

/** What the page asks of the server. Requests that fail on the way are sent again until they get through. */
export interface Api {
  study(): Promise<PublicStudy>;
  start(consent: string, recruitment: object | null): Promise<{ token: string; session: PageState }>;
  declined(): Promise<{ code: string; url: string }>;
  state(): Promise<PageState>;
  answerStep(step: string, answer: unknown): Promise<PageState>;
  /** Makes this page the one that holds the session. */
  openPage(): Promise<PageState>;
  /** Tells that a play begins; it counts from then on. */
  beginPlay(position: number, attempt: number): Promise<unknown>;
  reportPlay(position: number, report: unknown): Promise<PlayVerdict>;
  answerTrial(position: number, answer: unknown): Promise<SavedAnswer & { session: PageState }>;
  leave(deleteAnswers: boolean): Promise<PageState>;
  /** Bytes of a clip, or of the level noise. */
  sound(path: string): Promise<ArrayBuffer>;
  setToken(token: string | null): void;
}

const firstWaitMs = 500;
const longestWaitMs = 15_000;

/**
 * The page's line to the server.
 *
 * @param pageName - 32 hexadecimal digits that tell this page from every other.
 * @param onTrouble - Told true when a request has to be sent again, false when it got through.
 */
export function createApi(pageName: string, onTrouble: (isTrouble: boolean) => void): Api {
  let token: string | null = null;
  const persistent = async (method: string, path: string, body?: unknown): Promise<Response> => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, 2 * waitMs)) {
      try {
        const headers = { 'x-page': pageName, ...(token ? { authorization: `Bearer ${token}` } : {}) };
        const response = await sendRequest(path, { method, body, headers });
        onTrouble(false);
        return response;
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (!isTooSoon(error)) onTrouble(true);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };
  const json = async (method: string, path: string, body?: unknown) =>
    (await persistent(method, path, body)).json();
  return {
    study: () => json('GET', '/study'),
    start: (consent, recruitment) =>
      json('POST', '/sessions', { consent, ...(recruitment ? { recruitment } : {}) }),
    declined: () => json('POST', '/declined', {}),
    state: () => json('GET', '/session'),
    answerStep: (step, answer) => json('PUT', `/session/steps/${step}`, answer),
    openPage: () => json('POST', '/session/page', {}),
    beginPlay: (position, attempt) => json('POST', `/session/trials/${position}/begin`, { attempt }),
    reportPlay: (position, report) => json('POST', `/session/trials/${position}/plays`, report),
    answerTrial: (position, answer) => json('PUT', `/session/trials/${position}`, answer),
    leave: (deleteAnswers) => json('POST', '/session/leave', { deleteAnswers }),
    sound: async (path) => (await persistent('GET', path)).arrayBuffer(),
    setToken: (value) => {
      token = value;
    },
  };
}

/** Whether the server only wants to hear of it a little later. */
const isTooSoon = (error: unknown) => error instanceof Refusal && error.status === 425;

/** Whether sending it again can help: no connection, server restarting, too many requests. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Refusal)) return true;
  return (
    error.status === 429 ||
    isTooSoon(error) ||
    (error.status >= 500 && error.code !== 'paused' && error.code !== 'closed')
  );
}
