import type { Summary } from '../../experimenter/summary.ts';

/** A stimulus as the preview list shows it. */
export interface ListedStimulus {
  id: string;
  task: string;
  role: string;
  sourceId: string;
  condition: string;
  target: string;
}

/** The server turned a request down, or nobody is logged in (401). */
export class RequestFailed extends Error {
  override name = 'RequestFailed';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the experimenter's page asks of the server. */
export interface ExperimenterApi {
  /** Whether somebody is logged in. */
  resume(): Promise<boolean>;
  logIn(password: string): Promise<void>;
  logOut(): Promise<void>;
  summary(): Promise<Summary>;
  stimuli(): Promise<ListedStimulus[]>;
  setState(state: 'open' | 'paused' | 'closed'): Promise<void>;
  /** Address of a preview of one trial, or of the whole session. */
  preview(stimulus: string | null): Promise<string>;
  erase(participant: string): Promise<void>;
  exclude(participant: string, reason: string): Promise<void>;
}

/**
 * The page's line to the server.
 *
 * @returns The interface; the login is in a cookie no script can read.
 */
export function createExperimenterApi(): ExperimenterApi {
  let csrf = '';
  const request = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`api/experimenter${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'x-csrf-token': csrf,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok)
      throw new RequestFailed(response.status, answer.message ?? 'The server cannot be reached.');
    return answer;
  };
  return {
    async resume() {
      try {
        ({ csrf } = await request('GET', '/me'));
        return true;
      } catch (error) {
        if (error instanceof RequestFailed && error.status === 401) return false;
        throw error;
      }
    },
    async logIn(password) {
      ({ csrf } = await request('POST', '/login', { password }));
    },
    logOut: () => request('POST', '/logout', {}),
    summary: () => request('GET', '/summary'),
    stimuli: () => request('GET', '/stimuli'),
    setState: (state) => request('POST', '/state', { state }),
    preview: async (stimulus) => (await request('POST', '/previews', { stimulus })).address,
    erase: (participant) => request('POST', '/erase', { participant }),
    exclude: (participant, reason) => request('POST', '/exclude', { participant, reason }),
  };
}
