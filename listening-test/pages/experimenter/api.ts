import type { Login } from '../../experimenter/adminSession.ts';
import type { ListedStudy } from '../../experimenter/listStudies.ts';
import type { ParticipantPage, ParticipantQuery } from '../../experimenter/participants.ts';
import type { Summary } from '../../experimenter/summary.ts';
import { Refusal } from '../../session/refusal.ts';
import { sendRequest } from '../shared/sendRequest.ts';

/** A stimulus as the preview list shows it. */
export interface ListedStimulus {
  id: string;
  task: string;
  role: string;
  sourceId: string;
  condition: string;
  target: string;
}

/** Something that somebody did. */
export interface AuditEntry {
  at: number;
  actor: string;
  action: string;
  detail: string;
}

/** The page's line to the server as a whole. */
export interface LaboratoryApi {
  /** Name of who is logged in; null for nobody. */
  resume(): Promise<string | null>;
  /** Name of who is logged in now. */
  logIn(name: string, password: string): Promise<string>;
  logOut(): Promise<void>;
  studies(): Promise<ListedStudy[]>;
  /** Logins to several studies, the latest first. */
  log(): Promise<AuditEntry[]>;
  /** The line to one study; the only one has an empty path. */
  study(path: string): ExperimenterApi;
}

/** What the experimenter's page asks of one study. */
export interface ExperimenterApi {
  summary(): Promise<Summary>;
  participants(query: ParticipantQuery): Promise<ParticipantPage>;
  audit(): Promise<AuditEntry[]>;
  stimuli(): Promise<ListedStimulus[]>;
  setState(state: 'open' | 'paused' | 'closed'): Promise<void>;
  /** Address of a preview of one trial, or of the whole session. */
  preview(stimulus: string | null): Promise<string>;
  erase(participant: string): Promise<void>;
  exclude(participant: string, reason: string): Promise<void>;
  /** Takes an exclusion by hand back. */
  include(participant: string): Promise<void>;
  /** Address of an export. */
  exportAddress(format: string): string;
}

/**
 * The page's line to the server.
 *
 * @returns The interface; the login is in a cookie no script can read.
 */
export function createLaboratoryApi(): LaboratoryApi {
  let csrf = '';
  const request: Request = async (method, path, body) => {
    const headers = { 'x-csrf-token': csrf };
    const response = await sendRequest(`/experimenter${path}`, { method, body, headers });
    return response.json().catch(() => ({}));
  };
  return {
    async resume() {
      try {
        const login: Login = await request('GET', '/me');
        csrf = login.csrf;
        return login.account;
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) return null;
        throw error;
      }
    },
    async logIn(name, password) {
      const login: Login = await request('POST', '/login', { name, password });
      csrf = login.csrf;
      return login.account;
    },
    logOut: () => request('POST', '/logout', {}),
    studies: () => request('GET', '/studies'),
    log: () => request('GET', '/log'),
    study: (path) => studyApi(request, path === '' ? '' : `/studies/${encodeURIComponent(path)}`),
  };
}

type Request = <Answer>(method: string, path: string, body?: unknown) => Promise<Answer>;

function studyApi(request: Request, base: string): ExperimenterApi {
  const get = <Answer>(path: string) => request<Answer>('GET', base + path);
  const post = <Answer>(path: string, body: unknown) => request<Answer>('POST', base + path, body);
  return {
    summary: () => get('/summary'),
    participants: (query) => post('/participants', query),
    audit: () => get('/audit'),
    stimuli: () => get('/stimuli'),
    setState: (state) => post('/state', { state }),
    preview: async (stimulus) => (await post<{ address: string }>('/previews', { stimulus })).address,
    erase: (participant) => post('/erase', { participant }),
    exclude: (participant, reason) => post('/exclude', { participant, reason }),
    include: (participant) => post('/include', { participant }),
    exportAddress: (format) => `api/experimenter${base}/export/${format}`,
  };
}

/** What the page says of an error. */
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
