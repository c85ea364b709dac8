import { Agent, request } from 'node:http';
import type { SessionState } from '../../../listening-test/session/sessionState.ts';
import type { SavedAnswer } from '../../../listening-test/session/trials/answerTrial.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { playReport, responseBody, stepAnswers, words } from './script.ts';

/** How the crowd behaves. */
export interface CrowdOptions {
  /** Where it may ask; a participant whose server does not answer tries the next. */
  bases: () => readonly string[];
  participants: number;
  seed: number;
  /** Shortest and longest time from one answer to the next, ms. */
  thinkMs: [number, number];
  /** Share that leaves at a random trial, half of them saying so. */
  dropOutShare?: number;
}

/** What the crowd saw. */
export interface CrowdResult {
  /** Answers the server acknowledged: participant, position and label. */
  acknowledged: { participant: string; position: number; response: string }[];
  /** Time from sending an answer to its acknowledgement, ms; tries that failed are not in it. */
  saveMs: number[];
  /** Participants that completed, and those that dropped out. */
  complete: string[];
  dropped: string[];
  /** Refusals and server errors, which there must not be. */
  errors: string[];
  /** Tries that got no answer because a server was gone. */
  lostConnections: number;
}

type Send = <Body>(method: string, path: string, body?: unknown) => Promise<Body>;

/**
 * Lets many simulated participants take part at once, from consent to the end, over HTTP.
 *
 * @param options - How many, where and how fast.
 * @returns What they saw. Errors do not stop the others.
 */
export async function runCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const result: CrowdResult = {
    acknowledged: [],
    saveMs: [],
    complete: [],
    dropped: [],
    errors: [],
    lostConnections: 0,
  };
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  await Promise.all(
    Array.from({ length: options.participants }, (_, i) =>
      takePart(i, { ...options, agent, result }).catch((error) => result.errors.push(String(error))),
    ),
  );
  agent.destroy();
  return result;
}

async function takePart(
  index: number,
  options: CrowdOptions & { agent: Agent; result: CrowdResult },
): Promise<void> {
  const { result, dropOutShare = 0 } = options;
  const random = createRandom(options.seed, 'participant', index);
  const line = lineOf(index, options);
  const send = line.send;
  await think(random, [0, options.thinkMs[1]]);
  const study = await send<{ consent: { version: string } }>('GET', '/api/study');
  const started = await send<{ token: string; session: SessionState }>('POST', '/api/sessions', {
    consent: study.consent.version,
  });
  line.setToken(started.token);
  let state = started.session;
  const dropsOutAt = random.uniform() < dropOutShare ? random.integer(12) : Number.POSITIVE_INFINITY;
  for (let trials = 0; state.state === 'active'; ) {
    if (!state.trial) {
      state = await send('PUT', `/api/session/steps/${state.step}`, stepAnswers[state.step]);
      continue;
    }
    if (state.step === 'main' && trials++ >= dropsOutAt) {
      if (random.uniform() < 0.5) await send('POST', '/api/session/leave', { deleteAnswers: false });
      result.dropped.push(state.participant);
      return;
    }
    // Who thinks from one answer to the next listens meanwhile.
    const listenMs = state.trial.heard ? 0 : 1000 * state.trial.clip.seconds;
    const [shortest, longest] = options.thinkMs;
    await think(random, [Math.max(0, shortest - listenMs), Math.max(0, longest - listenMs)]);
    state = await answer(state, { ...line, random, result });
  }
  result.complete.push(state.participant);
}

async function answer(
  state: SessionState,
  {
    send,
    random,
    result,
    lastTryMs,
  }: { send: Send; random: Random; result: CrowdResult; lastTryMs: () => number },
): Promise<SessionState> {
  const trial = state.trial!;
  const { position } = trial;
  if (!trial.heard) {
    await send('GET', `/api/session/clips/${trial.clip.token}`).catch((error: Error) => {
      // The play may be stored already, its acknowledgement lost with the server.
      if (!/ 409 /.test(error.message)) throw error;
    });
    await send('POST', `/api/session/trials/${position}/begin`, { attempt: trial.plays + 1 });
    await new Promise((resolve) => setTimeout(resolve, 1000 * trial.clip.seconds));
    await send('POST', `/api/session/trials/${position}/plays`, playReport(trial));
  }
  const response = random.pick(words);
  const key = `key-${state.participant}-${position}`;
  const saved = await send<SavedAnswer>(
    'PUT',
    `/api/session/trials/${position}`,
    responseBody(position, [response], { key }),
  );
  result.saveMs.push(lastTryMs());
  result.acknowledged.push({ participant: state.participant, position, response });
  return saved.session;
}

/** A participant's line to the servers: sends again until there is an answer. */
function lineOf(index: number, options: CrowdOptions & { agent: Agent; result: CrowdResult }) {
  let token = '';
  let tries = index;
  let tookMs = 0;
  const send = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    for (;;) {
      const bases = options.bases();
      const start = performance.now();
      try {
        const base = bases[tries % bases.length]!;
        const answer = await exchange(options.agent, `${base}${path}`, { method, token, body });
        tookMs = performance.now() - start;
        if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
        return (answer.isJson ? JSON.parse(answer.text) : null) as Body;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
        options.result.lostConnections++;
        tries++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  return {
    send,
    lastTryMs: () => tookMs,
    setToken: (value: string) => {
      token = value;
    },
  };
}

function exchange(
  agent: Agent,
  url: string,
  { method, token, body }: { method: string; token: string; body: unknown },
): Promise<{ status: number; text: string; isJson: boolean }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        const isJson = (response.headers['content-type'] ?? '').includes('json');
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => {
          if (isJson) chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString(), isJson }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

function think(random: Random, [shortest, longest]: [number, number]): Promise<void> {
  const ms = shortest + random.uniform() * (longest - shortest);
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
