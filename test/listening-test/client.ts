import { createHash } from 'node:crypto';
import type { PublicStudy } from '../../listening-test/server/publicStudy.ts';
import type { Recruitment } from '../../listening-test/session/recruiting/recruiters.ts';
import type { OpenTrial, SessionState } from '../../listening-test/session/sessionState.ts';
import type { StartedSession } from '../../listening-test/session/startSession.ts';
import type { SavedAnswer } from '../../listening-test/session/trials/answerTrial.ts';
import type { PlayVerdict } from '../../listening-test/session/trials/recordPlay.ts';
import { playReport, responseBody, stepAnswers } from '../../src/bench/server/script.ts';
import { skip } from './testClock.ts';

/** An answer of the server: its status and body. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
}

/** Sends one JSON request. */
export async function send<Body = Record<string, unknown>>(
  url: string,
  options: {
    method?: string;
    token?: string | undefined;
    body?: unknown;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer<Body>> {
  const { method = 'GET', token, body, headers = {} } = options;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Body };
}

/** A simulated participant: talks to the server as the page does. */
export interface Participant {
  token: string;
  state: SessionState;
}

/** An id as Prolific gives them out, told apart by its beginning. */
export const prolificId = (beginning: string) => beginning.padEnd(24, '0');

/** Consents and starts a session. */
export async function joinStudy(base: string, recruitment?: Recruitment): Promise<Participant> {
  const study = await send<PublicStudy>(`${base}/api/study`);
  const { status, body } = await send<StartedSession>(`${base}/api/sessions`, {
    method: 'POST',
    body: { consent: study.body.consent.version, ...(recruitment ? { recruitment } : {}) },
  });
  if (status !== 201) throw new Error(`session not started: ${status} ${JSON.stringify(body)}`);
  return { token: body.token, state: body.session };
}

/** Answers the step that is open, unless it consists of trials. */
export async function passStep(base: string, participant: Participant): Promise<void> {
  const { step } = participant.state;
  const { status, body } = await send<SessionState>(`${base}/api/session/steps/${step}`, {
    method: 'PUT',
    token: participant.token,
    body: stepAnswers[step],
  });
  if (status !== 200) throw new Error(`step ${step}: ${status} ${JSON.stringify(body)}`);
  participant.state = body;
}

/** Fetches the open trial's clip; returns its bytes. */
export async function fetchClip(base: string, participant: Participant): Promise<Uint8Array> {
  const { clip } = participant.state.trial!;
  const response = await fetch(`${base}/api/session/clips/${clip.token}`, {
    headers: { authorization: `Bearer ${participant.token}` },
  });
  if (response.status !== 200) throw new Error(`clip: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Begins a play of the open trial. */
export function beginPlay(
  base: string,
  participant: Participant,
  attempt = participant.state.trial!.plays + 1,
): Promise<Answer> {
  const { position } = participant.state.trial!;
  const url = `${base}/api/session/trials/${position}/begin`;
  return send(url, { method: 'POST', token: participant.token, body: { attempt } });
}

/** Plays the open trial's clip, in no time where the server shares this process, and reports the play. */
export async function reportPlay(
  base: string,
  participant: Participant,
  change: Record<string, unknown> = {},
): Promise<Answer<PlayVerdict>> {
  const trial = participant.state.trial!;
  const body = playReport(trial, change);
  const begun = await beginPlay(base, participant, body['attempt'] as number);
  if (begun.status !== 200) return begun as unknown as Answer<PlayVerdict>;
  skip(trial.clip.seconds);
  const url = `${base}/api/session/trials/${trial.position}/plays`;
  for (;;) {
    const answer = await send<PlayVerdict>(url, { method: 'POST', token: participant.token, body });
    if (answer.status !== 425) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Saves an answer to the open trial. */
export async function saveAnswer(
  base: string,
  participant: Participant,
  response: string[],
  change: Record<string, unknown> = {},
): Promise<Answer<SavedAnswer>> {
  const { position } = participant.state.trial!;
  const saved = await send<SavedAnswer>(`${base}/api/session/trials/${position}`, {
    method: 'PUT',
    token: participant.token,
    body: responseBody(position, response, change),
  });
  if (saved.status === 200) participant.state = saved.body.session;
  return saved;
}

/** The right interval of an antiphase trial, heard from its bytes as a person with headphones would. */
function softestInterval(wav: Uint8Array): string {
  const view = new DataView(wav.buffer, wav.byteOffset + 44);
  const frames = Math.floor(view.byteLength / 4);
  const third = [0, 1, 2].map((interval) => {
    let sum = 0;
    const from = Math.floor(interval * 1.5 * 24000);
    for (let i = from; i < Math.min(frames, from + 24000); i++) sum += view.getInt16(4 * i, true) ** 2;
    return sum;
  });
  return String(third.indexOf(Math.min(...third)) + 1);
}

/** Hash as the page computes it. */
export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Plays and answers the open trial; headphone trials rightly. */
export async function passTrial(
  base: string,
  participant: Participant,
  choose: (trial: OpenTrial) => string[],
): Promise<void> {
  const trial = participant.state.trial!;
  const bytes = await fetchClip(base, participant);
  const played = await reportPlay(base, participant);
  if (played.status !== 200) throw new Error(`play: ${played.status} ${JSON.stringify(played.body)}`);
  const response = trial.phase === 'antiphase' ? [softestInterval(bytes)] : choose(trial);
  const saved = await saveAnswer(base, participant, response);
  if (saved.status !== 200) throw new Error(`answer: ${saved.status} ${JSON.stringify(saved.body)}`);
}

/** Goes through the whole session, or up to a step. */
export async function runTo(
  base: string,
  participant: Participant,
  end: string | null,
  choose: (trial: OpenTrial) => string[] = () => [],
): Promise<void> {
  while (participant.state.state === 'active' && participant.state.step !== end)
    if (participant.state.trial) await passTrial(base, participant, choose);
    else await passStep(base, participant);
}
